-- Unit taken back: the column.
-- loses: readings.unit (every value)

ALTER TABLE readings DROP COLUMN unit;
