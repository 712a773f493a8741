-- Unit: in which it was measured.

ALTER TABLE readings ADD COLUMN unit text;
