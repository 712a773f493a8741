-- Note index: made while the shop is open.
-- transactional: false

CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);
