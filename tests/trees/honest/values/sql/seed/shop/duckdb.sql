-- Rows: values at the ends of their types, some of which Python has no type for.

INSERT INTO readings VALUES
(
    1, 'NaN', '-inf', 170141183460469231731687303715884105727, 1234567890123456789012345678.0123456789, '\x00\xFF'::BLOB, '0101'::BIT,
    'infinity', '290000-01-01 00:00:00', '-infinity', '2026-01-01 00:00:00.123456789', INTERVAL '1 month 2 days 3 microseconds',
    '24:00:00', '00000000-0000-0000-0000-000000000000', ['a', NULL, 'it''s'], [1, 2], {'x': 0.1, 'y': NULL}, MAP {'a': 1, 'b': NULL}, 5, 'b', 'V'
),
(
    2, -0.0, 0.1, -1, 0.5, '', '1', '0044-03-15 (BC)', '-infinity', 'infinity', NULL, INTERVAL '-1 year', '00:00:00', gen_random_uuid(),
    [], [NULL, 2], NULL, MAP {}, 'five', NULL, NULL
);

INSERT INTO readings (id) VALUES (NULL), (NULL);
