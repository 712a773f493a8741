-- Look into another schema for the rest of the transaction.

SELECT set_config('rung.schema', $schema, TRUE);
