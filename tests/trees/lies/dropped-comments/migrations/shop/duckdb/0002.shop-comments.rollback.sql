-- Comments taken back: there are none.

COMMENT ON SEQUENCE order_numbers IS NULL;

COMMENT ON TYPE order_status IS NULL;

COMMENT ON MACRO vat IS NULL;

COMMENT ON VIEW open_orders IS NULL;

COMMENT ON COLUMN open_orders.note IS NULL;

COMMENT ON INDEX orders_note_idx IS NULL;

COMMENT ON TABLE orders IS NULL;
