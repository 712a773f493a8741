-- Statements that let the same roles into a scratch database ($name) as into the database of the session, and no other.

WITH grants AS (
    SELECT
        a.grantee,
        a.is_grantable,
        string_agg(a.privilege_type, ', ') AS privileges
    FROM pg_database AS d
    CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a
    WHERE d.datname = current_database() AND a.grantee <> d.datdba
    GROUP BY a.grantee, a.is_grantable
)

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', cast($name AS text)) AS statement
UNION ALL
SELECT
    format(
        'GRANT %s ON DATABASE %I TO %s%s',
        g.privileges,
        cast($name AS text),
        CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
        CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
    )
FROM grants AS g;
