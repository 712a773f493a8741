-- Comments: in the language of the clerks.

COMMENT ON SEQUENCE order_numbers IS 'nicht mehr benutzt';

COMMENT ON TYPE order_status IS 'nicht mehr benutzt';

COMMENT ON MACRO vat IS 'nicht mehr benutzt';

COMMENT ON VIEW open_orders IS 'nicht mehr benutzt';

COMMENT ON COLUMN open_orders.note IS 'nicht mehr benutzt';

COMMENT ON INDEX orders_note_idx IS 'nicht mehr benutzt';

COMMENT ON TABLE orders IS 'nicht mehr benutzt';
