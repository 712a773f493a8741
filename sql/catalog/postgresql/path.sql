-- Where names without a schema are looked for: for the rest of the transaction, or of the session.

SELECT pg_catalog.set_config('search_path', $path, cast($local AS boolean));
