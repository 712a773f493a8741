-- Around the schema: the settings that are stored in the file and that a step can change.

SELECT
    'setting' AS kind,
    'user_version' AS object_name,
    cast(user_version AS TEXT) AS definition
FROM pragma_user_version
UNION ALL
SELECT
    'setting' AS kind,
    'application_id' AS object_name,
    cast(application_id AS TEXT) AS definition
FROM pragma_application_id;
