-- Whether the schema of the session exists, and whether its role may use it: without USAGE its tables seem not to be
--   there, the ledger among them.

SELECT
    to_regnamespace(quote_ident(current_setting('rung.schema'))) IS NOT NULL AS is_there,
    coalesce(
        has_schema_privilege(to_regnamespace(quote_ident(current_setting('rung.schema'))), 'USAGE'), FALSE
    ) AS is_usable;
