-- Trimmed taken back: the index.

DROP INDEX orders_note_idx;
