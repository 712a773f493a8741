-- Mail: never longer than it may be.

ALTER TABLE orders ALTER COLUMN mail TYPE varchar(254) COLLATE "C";
