-- Status index: made while the shop is open.
-- transactional: false

CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
