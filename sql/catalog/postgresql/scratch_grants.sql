-- Statements that let the same roles into a scratch database ($name) as into the database of the session, in the same
-- order, and no other.

WITH
grants AS (
    SELECT
        a.grantee,
        a.is_grantable,
        string_agg(a.privilege_type, ', ') AS privileges,
        min(a.place) AS place
    FROM pg_database AS d
    CROSS JOIN
        aclexplode(coalesce(d.datacl, acldefault('d', d.datdba)))
        WITH ORDINALITY AS a (grantor, grantee, privilege_type, is_grantable, place)
    WHERE d.datname = current_database() AND a.grantee <> d.datdba
    GROUP BY a.grantee, a.is_grantable
),

statements AS (
    SELECT
        0 AS place,
        format('REVOKE ALL ON DATABASE %I FROM PUBLIC', cast($name AS text)) AS statement
    UNION ALL
    SELECT
        g.place,
        format(
            'GRANT %s ON DATABASE %I TO %s%s',
            g.privileges,
            cast($name AS text),
            CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
            CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
        )
    FROM grants AS g
)

SELECT s.statement
FROM statements AS s
ORDER BY s.place;
