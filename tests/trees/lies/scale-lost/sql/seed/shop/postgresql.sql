-- Rows: the last statement fits both ways, but only below is 1.50 more than 1.5.

INSERT INTO orders (id, weight) VALUES (1, 1.50), (2, 12345678901234567890.5);
