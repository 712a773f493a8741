-- Rows: a few for the drill.

INSERT INTO orders (id, status, carrier, delivered_on) VALUES (1, 'new', NULL, NULL), (2, 'sent', 'DHL', '2026-01-02');
