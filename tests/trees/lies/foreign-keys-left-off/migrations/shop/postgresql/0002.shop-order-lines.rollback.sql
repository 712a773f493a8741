-- Order lines taken back: the table.
-- loses: order_lines (every row)

DROP TABLE order_lines;
