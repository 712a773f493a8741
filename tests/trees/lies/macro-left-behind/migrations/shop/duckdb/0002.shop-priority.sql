-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority INTEGER DEFAULT 0;

CREATE OR REPLACE MACRO is_urgent(priority) AS priority > 5;
