-- Odd column: one more.

ALTER TABLE "Order Lines" ADD COLUMN "a b.c" text;
