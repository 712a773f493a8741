-- Carriers taken back: the table.
-- loses: carriers (every row)

DROP TABLE carriers;
