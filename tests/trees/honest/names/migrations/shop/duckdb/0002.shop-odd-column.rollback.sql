-- Odd column taken back: the column.
-- loses: "Order Lines"."a b.c" (every value)

ALTER TABLE "Order Lines" DROP COLUMN "a b.c";
