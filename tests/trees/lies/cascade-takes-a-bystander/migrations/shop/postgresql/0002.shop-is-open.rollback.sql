-- Is open taken back: the function, and whatever uses it.

DROP FUNCTION is_open(text) CASCADE;
