-- A question about the schema, which takes the place of the name question. PostgreSQL reads it while it looks for names
-- among its own alone, so that nothing that others have put into the schema stands in place of a function, an operator,
-- a type or a table. What it answers it writes as seen from the schema: the path is set before any of it runs.

SELECT q.*
FROM (SELECT set_config('search_path', quote_ident(current_setting('rung.schema')), TRUE) AS path OFFSET 0) AS p
CROSS JOIN LATERAL (
    SELECT a.*
    FROM question AS a
    WHERE p.path IS NOT NULL
    OFFSET 0
) AS q;
