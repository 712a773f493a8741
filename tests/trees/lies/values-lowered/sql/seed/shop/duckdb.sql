-- Rows: a few for the drill.

INSERT INTO orders (id, mail) VALUES (1, 'Ada@example.org'), (2, 'grace@example.org');

INSERT INTO mail_domains (domain) VALUES ('example.org');
