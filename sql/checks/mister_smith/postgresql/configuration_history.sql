-- Configuration history: the last change of a setting is what it is now, and nothing tells a secret.
-- seed: 004 Complete SQL DDL Specifications, Configuration Schema

-- Changes of one transaction have one time, so any of the latest will do.
SELECT
    'configurations id ' || c.id AS subject,
    'has a value that its history does not end with: it was changed past the trigger' AS problem
FROM configurations AS c
WHERE
    NOT EXISTS (
        SELECT 1
        FROM configuration_history AS h
        WHERE
            h.configuration_id = c.id
            AND h.new_value = CASE WHEN c.is_secret OR c.is_encrypted THEN '"[redacted]"' ELSE c.value END
            AND h.created_at = (
                SELECT max(l.created_at)
                FROM configuration_history AS l
                WHERE l.configuration_id = c.id
            )
    )
UNION ALL
SELECT
    'configuration_history id ' || h.id AS subject,
    'tells a value of configurations id ' || c.id || ', which is a secret' AS problem
FROM configuration_history AS h
INNER JOIN configurations AS c ON h.configuration_id = c.id
WHERE
    (c.is_secret OR c.is_encrypted)
    AND (
        coalesce(h.old_value, '"[redacted]"') <> '"[redacted]"'
        OR coalesce(h.new_value, '"[redacted]"') <> '"[redacted]"'
    );
