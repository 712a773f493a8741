-- Drafts: orders that were never placed are no orders.

DELETE FROM orders WHERE status = 'draft';

CREATE TABLE carriers (
    name VARCHAR NOT NULL
);
