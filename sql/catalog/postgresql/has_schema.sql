-- Whether the schema of the session exists.

SELECT to_regnamespace(quote_ident(current_setting('rung.schema'))) IS NOT NULL AS is_there;
