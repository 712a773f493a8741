-- Order words taken back: the table.
-- loses: words (every row)

DROP TABLE words;
