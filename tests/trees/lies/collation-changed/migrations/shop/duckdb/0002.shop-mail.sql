-- Mail: found without its accents.

ALTER TABLE orders ALTER COLUMN mail TYPE VARCHAR COLLATE NOACCENT;
