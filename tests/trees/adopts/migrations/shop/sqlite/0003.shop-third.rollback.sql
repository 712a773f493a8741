-- Third taken back: its index and its table.
-- loses: third (every row)

DROP INDEX third_id_idx;

DROP TABLE third;
