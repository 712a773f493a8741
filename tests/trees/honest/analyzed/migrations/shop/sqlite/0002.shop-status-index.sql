-- Status index: and what the planner should know of it.

CREATE INDEX orders_status_idx ON orders (status);

ANALYZE orders;
