-- Note index taken back: while the shop is open.
-- transactional: false

DROP INDEX CONCURRENTLY orders_note_idx;
