-- Readings taken back: the table.
-- loses: readings (every row)

DROP TABLE readings;
