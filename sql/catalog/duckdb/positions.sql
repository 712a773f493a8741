-- Where the sequences of the database stand.

SELECT
    schema_name,
    sequence_name,
    last_value
FROM duckdb_sequences()
WHERE database_name = current_database()
ORDER BY ALL;
