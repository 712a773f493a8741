-- Pieces: the text of a step that has come in pieces (piece.sql), put together where step.sql looks for it.

SELECT
    pg_catalog.set_config(
        'rung.step', string_agg(pg_catalog.current_setting('rung.step_' || n.number), '' ORDER BY n.number), TRUE
    ) IS NULL
FROM generate_series(1, $pieces) AS n (number);
