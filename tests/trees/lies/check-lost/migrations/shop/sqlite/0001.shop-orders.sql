-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new',
    note TEXT,
    CONSTRAINT orders_status_check CHECK (status IN ('new', 'paid', 'sent'))
);
