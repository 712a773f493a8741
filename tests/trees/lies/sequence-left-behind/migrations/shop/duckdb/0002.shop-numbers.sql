-- Numbers: given by the database.

CREATE SEQUENCE IF NOT EXISTS order_numbers START 1000;

CREATE TABLE numbers_given (
    number INTEGER NOT NULL
);
