-- Phone taken back: the two that there were.

ALTER TYPE order_kind RENAME TO order_kind_old;

CREATE TYPE order_kind AS ENUM ('shop', 'web');

ALTER TABLE orders ALTER COLUMN kind TYPE order_kind USING kind::text::order_kind;

DROP TYPE order_kind_old;
