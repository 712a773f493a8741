-- Ledger mark: whether anything beside what rung makes itself runs when rows are written to its tables; and what is not
--   the same when a step has written to them.
-- differs: on SQLite that is nothing: a statement that would is refused while it is compiled

SELECT count(*) > 0 AS at_risk
FROM sqlite_schema
WHERE
    type = 'trigger'
    AND (tbl_name LIKE '\_yoyo\_%' ESCAPE '\' OR tbl_name LIKE '\_rung\_%' ESCAPE '\')
    AND name NOT IN ('_rung_event_keeps_rows', '_rung_event_keeps_values');
