-- Page size taken back: there is nothing to undo.
-- transactional: false

VACUUM;
