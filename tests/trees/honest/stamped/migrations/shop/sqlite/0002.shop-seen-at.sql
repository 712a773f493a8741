-- Seen at: when we first knew of the order.

ALTER TABLE orders ADD COLUMN seen_at TEXT;

UPDATE orders SET seen_at = strftime('%Y-%m-%dT%H:%M:%f', 'now') || hex(randomblob(4));
