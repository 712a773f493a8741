-- Carriers taken back: the table.

DROP TABLE carriers;
