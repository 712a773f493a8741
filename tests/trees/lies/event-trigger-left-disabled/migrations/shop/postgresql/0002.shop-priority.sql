-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

ALTER EVENT TRIGGER shop_ddl_seen DISABLE;
