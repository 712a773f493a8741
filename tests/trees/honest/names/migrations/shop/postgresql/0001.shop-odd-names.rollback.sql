-- Odd names taken back: all of them.
-- loses: "Order Lines" (every row)

DROP VIEW "100% ; -- view";

DROP TABLE "Order Lines";
