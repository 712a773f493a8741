-- Look into another schema for the rest of the transaction.

SELECT set_config('search_path', quote_ident($schema), TRUE);
