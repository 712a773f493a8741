-- Reading: until the savepoint before it is gone back to, nothing can be written, and names are looked for as the files
-- of a project mean it.

SELECT
    pg_catalog.set_config('transaction_read_only', 'on', TRUE),
    pg_catalog.set_config('search_path', $path, TRUE);
