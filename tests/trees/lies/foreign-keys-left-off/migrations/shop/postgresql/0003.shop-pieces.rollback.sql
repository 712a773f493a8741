-- Pieces taken back: the column, with nothing in the way.
-- loses: order_lines.pieces (every value)

ALTER TABLE order_lines DISABLE TRIGGER ALL;

ALTER TABLE order_lines DROP COLUMN pieces;
