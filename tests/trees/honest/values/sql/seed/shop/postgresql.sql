-- Rows: values at the ends of their types, some of which Python has no type for.

INSERT INTO readings (
    id, amount, small, price, raw, bits, day, moment, instant, span, daytime, token, tags, form, formb, place, net, during, words, padded, unit
)
VALUES
(
    1, 'NaN', '-Infinity', 'NaN', '\x00ff', B'0101', 'infinity', '-infinity', 'infinity', '1 month 2 days 3 microseconds', '24:00:00+02',
    '00000000-0000-0000-0000-000000000000', '{a,NULL,"it''s"}', '{"b": 1,  "a": [2]}', '{"b": 1}', '(1,2)', '10.0.0.0/8', '[2026-01-01,infinity)', 'tea cup', 'ab', 'V'
),
(
    2, '-0', '1e-40', '1.500', '', '', '0044-03-15 BC', '294276-01-01', '4713-01-01 00:00:00 BC', '-1 year', '00:00:00-12',
    gen_random_uuid(), '{}', 'null', 'null', NULL, NULL, 'empty', '', '', NULL
);

INSERT INTO readings (id) VALUES (NULL), (NULL);
