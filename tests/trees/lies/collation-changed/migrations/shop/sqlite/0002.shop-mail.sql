-- Mail: an address has an at sign.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    mail TEXT NOT NULL COLLATE NOCASE,
    CONSTRAINT orders_mail_check CHECK (mail LIKE '%@%')
);

INSERT INTO orders_rebuilt (id, mail)
SELECT
    id,
    mail
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
