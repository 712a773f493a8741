-- Comments: in the language of the clerks.

COMMENT ON SEQUENCE order_numbers IS 'nicht mehr benutzt';

COMMENT ON TYPE order_kind IS 'nicht mehr benutzt';

COMMENT ON DOMAIN mail IS 'nicht mehr benutzt';

COMMENT ON CONSTRAINT mail_check ON DOMAIN mail IS 'nicht mehr benutzt';

COMMENT ON TYPE place IS 'nicht mehr benutzt';

COMMENT ON COLUMN place.town IS 'nicht mehr benutzt';

COMMENT ON TABLE orders IS 'nicht mehr benutzt';

COMMENT ON CONSTRAINT orders_status_check ON orders IS 'nicht mehr benutzt';

COMMENT ON INDEX orders_note_idx IS 'nicht mehr benutzt';

COMMENT ON INDEX orders_pkey IS 'nicht mehr benutzt';

COMMENT ON VIEW open_orders IS 'nicht mehr benutzt';

COMMENT ON COLUMN open_orders.note IS 'nicht mehr benutzt';

COMMENT ON MATERIALIZED VIEW orders_by_status IS 'nicht mehr benutzt';

COMMENT ON COLUMN orders_by_status.orders IS 'nicht mehr benutzt';

COMMENT ON FUNCTION touch() IS 'nicht mehr benutzt';

COMMENT ON TRIGGER orders_touched ON orders IS 'nicht mehr benutzt';

COMMENT ON POLICY orders_of_all ON orders IS 'nicht mehr benutzt';

COMMENT ON RULE orders_stay ON orders IS 'nicht mehr benutzt';

COMMENT ON STATISTICS orders_stats IS 'nicht mehr benutzt';
