-- Table structure: the columns with their types and defaults, as psql's \d shows them.
-- seed: 002 Verification Commands, View Table Structure

SELECT
    a.attname AS column_name,
    format_type(a.atttypid, a.atttypmod) AS data_type,
    NOT a.attnotnull AS may_be_null,
    pg_get_expr(d.adbin, d.adrelid) AS default_value,
    col_description(a.attrelid, a.attnum) AS meaning
FROM pg_attribute AS a
LEFT JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE a.attrelid = to_regclass('archon_sync_history') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum;
