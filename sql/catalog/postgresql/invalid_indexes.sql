-- INVALID indexes of the schema: what a failed CREATE INDEX CONCURRENTLY leaves, and IF NOT EXISTS takes for good.

SELECT cast(i.indexrelid AS regclass) AS index_name
FROM pg_index AS i
INNER JOIN pg_class AS c ON i.indexrelid = c.oid
WHERE
    c.relnamespace = to_regnamespace(quote_ident(current_schema()))
    -- An index of a partitioned table is invalid until every partition has one: that is for the step to end.
    AND c.relkind = 'i'
    AND NOT i.indisvalid
ORDER BY c.relname;
