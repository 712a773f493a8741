-- Orders taken back: the table and the view.
-- loses: orders (every row)

DROP VIEW open_orders;

DROP TABLE IF EXISTS orders;
