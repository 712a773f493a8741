-- Note index taken back: the index.
-- loses: orders.note (every value)

DROP INDEX orders_note_idx;
