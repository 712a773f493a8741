-- Orders taken back: the trigger and the table.
-- loses: orders (every row)

DROP TRIGGER orders_note_is_kept;

DROP TABLE orders;
