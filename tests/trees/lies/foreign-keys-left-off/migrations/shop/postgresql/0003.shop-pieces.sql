-- Pieces: of each article, filled without a look at the keys.

ALTER TABLE order_lines ADD COLUMN pieces integer NOT NULL DEFAULT 1;
