-- Role that works on a copy, by what the schema ($schema; empty: the first of the path) holds: the role of the session
-- where it may change something there, or nothing is there yet; otherwise the one that owns most of it. And what a
-- server of our own is told for its sake: it may log in, to the database ($name) too, and owns one with nothing in it.

WITH
schemas AS (
    SELECT n.oid
    FROM pg_namespace AS n
    WHERE n.nspname = coalesce(nullif($schema, ''), current_setting('rung.schema'))
),

owners AS (
    SELECT
        c.relowner AS owner,
        count(*) AS objects
    FROM pg_class AS c
    INNER JOIN schemas AS s ON c.relnamespace = s.oid
    WHERE
        c.relkind IN ('r', 'p', 'v', 'm')
        AND NOT EXISTS (
            SELECT 1
            FROM pg_depend AS e
            WHERE e.classid = cast('pg_class' AS regclass) AND e.objid = c.oid AND e.deptype = 'e'
        )
    GROUP BY c.relowner
),

workers AS (
    SELECT
        coalesce(
            (
                SELECT pg_get_userbyid(o.owner)
                FROM owners AS o
                WHERE
                    NOT EXISTS (
                        SELECT 1 FROM owners AS mine
                        WHERE pg_has_role(mine.owner, 'USAGE')
                    )
                ORDER BY o.objects DESC, o.owner ASC
                LIMIT 1
            ),
            current_user
        ) AS role_name
)

SELECT
    w.role_name,
    format('ALTER ROLE %I LOGIN CONNECTION LIMIT -1', w.role_name)
    || CASE
        WHEN has_database_privilege(w.role_name, current_database(), 'CONNECT') THEN ''
        ELSE format('; GRANT CONNECT ON DATABASE %I TO %I', cast($name AS text), w.role_name)
    END AS may_log_in,
    format('ALTER DATABASE %I OWNER TO %I', cast($name AS text), w.role_name) AS owns
FROM workers AS w;
