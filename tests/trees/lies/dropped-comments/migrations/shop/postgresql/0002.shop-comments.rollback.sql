-- Comments taken back: there are none.

COMMENT ON SEQUENCE order_numbers IS NULL;

COMMENT ON TYPE order_kind IS NULL;

COMMENT ON DOMAIN mail IS NULL;

COMMENT ON CONSTRAINT mail_check ON DOMAIN mail IS NULL;

COMMENT ON TYPE place IS NULL;

COMMENT ON COLUMN place.town IS NULL;

COMMENT ON TABLE orders IS NULL;

COMMENT ON CONSTRAINT orders_status_check ON orders IS NULL;

COMMENT ON INDEX orders_note_idx IS NULL;

COMMENT ON INDEX orders_pkey IS NULL;

COMMENT ON VIEW open_orders IS NULL;

COMMENT ON COLUMN open_orders.note IS NULL;

COMMENT ON MATERIALIZED VIEW orders_by_status IS NULL;

COMMENT ON COLUMN orders_by_status.orders IS NULL;

COMMENT ON FUNCTION touch() IS NULL;

COMMENT ON TRIGGER orders_touched ON orders IS NULL;

COMMENT ON POLICY orders_of_all ON orders IS NULL;

COMMENT ON RULE orders_stay ON orders IS NULL;

COMMENT ON STATISTICS orders_stats IS NULL;
