-- Odd names: what other tools leave us with.

CREATE TABLE "Order Lines" (
    "select" INTEGER PRIMARY KEY,
    "naïve.Nämé" TEXT,
    "with ""quotes""" TEXT,
    "order" TEXT
);

CREATE INDEX "idx on 'lines'" ON "Order Lines" ("naïve.Nämé");

CREATE VIEW "100% ; -- view" AS
SELECT "select" FROM "Order Lines";
