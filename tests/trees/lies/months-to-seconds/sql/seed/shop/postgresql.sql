-- Rows: the second statement fits only below the warranty.

INSERT INTO orders (id, warranty) VALUES (1, 2592000), (2, NULL);

INSERT INTO orders (id, warranty) VALUES (3, INTERVAL '1 month');
