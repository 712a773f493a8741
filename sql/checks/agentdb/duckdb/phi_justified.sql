-- Justified PHI access: whoever accessed protected health information said why.
-- seed: 000 9.4 Data Validation; 4.2 Use Case 2
-- differs: a justification of white space or invisible characters is none. The table refuses such rows; this finds
--   those that came in otherwise

SELECT
    'sync_executions execution_id ' || e.execution_id AS subject,
    'accessed PHI' || coalesce(' in ' || e.file_path, '') || ' without a justification' AS problem
FROM sync_executions AS e
WHERE e.phi_accessed AND NOT coalesce(regexp_matches(e.phi_justification, '[^\s\p{Z}\p{C}]'), FALSE)
ORDER BY e.started_at DESC, e.execution_id ASC;
