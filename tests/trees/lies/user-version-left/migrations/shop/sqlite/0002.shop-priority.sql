-- Priority: which order goes first. The application looks for it by the file's version.

ALTER TABLE orders ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 2;

PRAGMA application_id = 7;
