-- Policy: drafts and trials are nobody's business.

DROP POLICY orders_of_all ON orders;

CREATE POLICY orders_of_all ON orders USING (status NOT IN ('draft', 'trial'));
