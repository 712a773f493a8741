-- Trials: they are marked.

ALTER TABLE audit.order_log ADD COLUMN trial boolean;
