-- Policy: drafts and trials are nobody's business.

ALTER POLICY orders_of_all ON orders USING (status NOT IN ('draft', 'trial'));
