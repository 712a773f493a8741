-- Stock taken back: the table.
-- loses: stock (every row)

DROP TABLE stock;
