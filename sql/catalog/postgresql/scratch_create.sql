-- Statements that make a scratch database ($name) by the database of the session: a copy; an empty one that sorts and
-- writes as it does; an empty one with its encoding alone, for a machine that does not know its locale.
-- $owned: whose it is on a server of our own (always: the same owner's), on this one (maybe: the same owner's, where
-- the role may say so), and on another that need not know the owner (never).

WITH original AS (
    SELECT
        d.*,
        -- Named differently in one version and another.
        coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale_name,
        to_jsonb(d) ->> 'daticurules' AS rules,
        pg_encoding_to_char(d.encoding) AS encoding_name,
        CASE
            WHEN
                $owned = 'always' OR (
                    $owned = 'maybe'
                    -- To give something to a role, one must be able to become it.
                    AND pg_has_role(
                        d.datdba,
                        CASE
                            WHEN cast(current_setting('server_version_num') AS int) < 160000 THEN 'MEMBER' ELSE 'SET'
                        END
                    )
                )
                THEN format(' OWNER %I', pg_get_userbyid(d.datdba))
            ELSE ''
        END AS owner
    FROM pg_database AS d
    WHERE d.datname = current_database()
)

SELECT
    format('CREATE DATABASE %I TEMPLATE %I', cast($name AS text), o.datname) || o.owner
    || CASE
        -- By default it goes through the WAL, to every replica, and no file is copied as one; what is small is spared
        -- the two checkpoints that copying files takes.
        WHEN pg_database_size(o.datname) > 256 * 1024 * 1024 THEN ' STRATEGY file_copy'
        ELSE ''
    END AS copy,
    format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L', cast($name AS text), o.encoding_name) || o.owner
    || format(' LC_COLLATE %L LC_CTYPE %L LOCALE_PROVIDER ', o.datcollate, o.datctype)
    || CASE o.datlocprovider
        WHEN 'i'
            THEN
                format('icu ICU_LOCALE %L', o.locale_name)
                || CASE WHEN o.rules IS NULL THEN '' ELSE format(' ICU_RULES %L', o.rules) END
        WHEN 'b' THEN format('builtin BUILTIN_LOCALE %L', o.locale_name)
        ELSE 'libc'
    END AS alike,
    format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LOCALE ''C''', cast($name AS text), o.encoding_name)
    || o.owner AS plain
FROM original AS o;
