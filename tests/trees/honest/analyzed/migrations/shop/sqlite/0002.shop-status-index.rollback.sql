-- Status index taken back: the index; what the planner knows is nobody's data.

DROP INDEX orders_status_idx;
