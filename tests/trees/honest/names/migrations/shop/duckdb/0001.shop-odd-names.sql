-- Odd names: what other tools leave us with.

CREATE TABLE "Order Lines" (
    "select" INTEGER PRIMARY KEY,
    "naïve.Nämé" VARCHAR,
    "with ""quotes""" VARCHAR,
    "order" VARCHAR
);

CREATE VIEW "100% ; -- view" AS
SELECT "select" FROM "Order Lines";
