-- Returned taken back: the old check.

ALTER TABLE orders DROP CONSTRAINT status_is_known;

ALTER TABLE orders ADD CHECK (status IN ('new', 'paid', 'sent'));
