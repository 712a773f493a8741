-- Rows: a few for the drill.

INSERT INTO orders (id, status, note)
SELECT
    nextval('order_numbers'),
    'new',
    'gift'
FROM range(3);
