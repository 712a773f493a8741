-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_note_key;
