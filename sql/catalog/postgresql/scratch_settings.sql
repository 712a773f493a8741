-- Statements that give a scratch database ($name) the settings of the database of the session, for all roles and for
-- single ones; with no name, those that give another server's roles their settings.

WITH entries AS (
    SELECT
        s.setdatabase,
        s.setrole,
        split_part(c.line, '=', 1) AS setting,
        substring(c.line, position('=' IN c.line) + 1) AS content
    FROM pg_db_role_setting AS s
    CROSS JOIN unnest(s.setconfig) AS c (line)
    WHERE
        s.setdatabase = 0
        OR s.setdatabase IN (
            SELECT d.oid FROM pg_database AS d
            WHERE d.datname = current_database()
        )
)

SELECT
    format(
        'ALTER %s SET %I = %s',
        concat_ws(
            ' IN ',
            'ROLE ' || quote_ident(pg_get_userbyid(nullif(e.setrole, 0))),
            'DATABASE ' || quote_ident(nullif($name, ''))
        ),
        e.setting,
        CASE
            -- Lists are stored as they are written, each name quoted that must be.
            WHEN
                e.setting IN (
                    'search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries'
                )
                THEN
                    (
                        SELECT string_agg(quote_literal(replace(trim('"' FROM m.found[1]), '""', '"')), ', ')
                        FROM regexp_matches(e.content, '("(?:[^"]|"")*"|[^",\s]+)', 'g') AS m (found)
                    )
            ELSE quote_literal(e.content)
        END
    ) AS statement
FROM entries AS e
WHERE (e.setdatabase = 0) = ($name = '');
