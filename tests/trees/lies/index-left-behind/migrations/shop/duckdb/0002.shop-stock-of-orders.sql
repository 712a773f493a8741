-- Order words: the search of the help desk.

CREATE TABLE words (
    order_id INTEGER NOT NULL,
    word VARCHAR NOT NULL
);

CREATE INDEX IF NOT EXISTS orders_note_idx ON orders (note);
