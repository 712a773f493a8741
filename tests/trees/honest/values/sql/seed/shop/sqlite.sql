-- The last text is no UTF-8, the one before it holds a NUL.
INSERT INTO readings (id, reading, amount, unit)
VALUES
(1, NULL, NULL, NULL), (1, NULL, NULL, NULL), (2, 5, 9e999, 'V'), (2, 5.0, -9e999, 'V'), (2, '5', -0.0, 'V'),
(3, x'00ff35', 0.1, ''), (9223372036854775807, -9223372036854775808, 1e-320, 'µ'), (4, zeroblob(100000), 0.30000000000000004, NULL),
(5, CAST(x'610062' AS TEXT), 1.5, 'a'), (6, CAST(x'c3286f' AS TEXT), 2.5, 'b');
