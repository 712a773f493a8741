-- Phone taken back: PostgreSQL cannot remove a value, but nothing uses it.
-- loses: orders.kind (which orders came by phone)

UPDATE orders SET kind = 'shop' WHERE kind::text = 'phone';
