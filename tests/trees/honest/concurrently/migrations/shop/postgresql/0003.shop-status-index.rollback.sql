-- Status index taken back: the index.

DROP INDEX orders_status_idx;
