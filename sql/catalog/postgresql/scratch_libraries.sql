-- Libraries that a server of our own is to load, so that the extensions of the original work: those that its server
-- loads, and where the role may not see which these are, every extension's own.

SELECT regexp_split_to_table(s.setting, '\s*,\s*') AS library
FROM pg_settings AS s
WHERE s.name = 'shared_preload_libraries'
UNION
SELECT e.extname
FROM pg_extension AS e
WHERE
    NOT EXISTS (
        SELECT 1 FROM pg_settings AS s
        WHERE s.name = 'shared_preload_libraries'
    );
