-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

CREATE USER MAPPING IF NOT EXISTS FOR PUBLIC SERVER shop_far OPTIONS (user 'clerk', password 'secret');
