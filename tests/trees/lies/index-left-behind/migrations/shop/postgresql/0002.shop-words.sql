-- Order words: the search of the help desk.

CREATE TABLE words (
    order_id integer NOT NULL,
    word text NOT NULL
);

CREATE INDEX IF NOT EXISTS orders_note_idx ON orders (note);
