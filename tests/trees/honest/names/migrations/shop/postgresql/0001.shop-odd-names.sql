-- Odd names: what other tools leave us with.

CREATE TABLE "Order Lines" (
    "select" integer PRIMARY KEY,
    "naïve.Nämé" text,
    "with ""quotes""" text,
    "order%s" text
);

CREATE VIEW "100% ; -- view" AS
SELECT "select" FROM "Order Lines";
