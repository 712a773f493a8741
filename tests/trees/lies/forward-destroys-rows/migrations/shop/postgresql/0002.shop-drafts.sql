-- Drafts: orders that were never placed are no orders.

DELETE FROM orders WHERE status = 'draft';

CREATE INDEX orders_status_idx ON orders (status);
