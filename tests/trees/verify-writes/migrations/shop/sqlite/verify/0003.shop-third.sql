-- Third verified: never.

INSERT INTO third (id) VALUES (1);
