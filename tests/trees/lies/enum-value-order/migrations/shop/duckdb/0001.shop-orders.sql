-- Orders: what was bought, and how urgent it is.

CREATE TYPE urgency AS ENUM ('low', 'high');

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    urgency urgency
);
