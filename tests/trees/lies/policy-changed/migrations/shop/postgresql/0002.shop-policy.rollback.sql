-- Policy taken back: drafts only.

DROP POLICY orders_of_all ON orders;

CREATE POLICY orders_of_all ON orders USING (status <> 'draft');
