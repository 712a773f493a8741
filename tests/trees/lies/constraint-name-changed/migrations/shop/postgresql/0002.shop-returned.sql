-- Returned: a status more.

ALTER TABLE orders DROP CONSTRAINT status_is_known;

ALTER TABLE orders ADD CONSTRAINT status_is_known CHECK (status IN ('new', 'paid', 'sent', 'returned'));
