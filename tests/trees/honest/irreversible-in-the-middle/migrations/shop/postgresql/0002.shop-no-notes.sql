-- No notes: the law forbids to keep them.
-- irreversible: what was deleted for good must not come back

ALTER TABLE orders DROP COLUMN note;
