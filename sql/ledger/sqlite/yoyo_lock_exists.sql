-- Lock of yoyo: whether a yoyo that keeps one was ever here.

SELECT 1 AS is_there
FROM sqlite_schema
WHERE type = 'table' AND name = 'yoyo_lock';
