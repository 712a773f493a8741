-- Orders taken back: the table and the view.
-- loses: orders (every row)

DROP VIEW IF EXISTS open_orders;

DROP TABLE orders;
