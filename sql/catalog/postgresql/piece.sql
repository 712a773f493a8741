-- Piece: a part of a step's text, as a setting of the transaction. A long text sent at once would be moved in memory
--   again and again on its way, and Ctrl-C would have to wait for its end.

SELECT pg_catalog.set_config('rung.step_' || $number, $piece, TRUE) IS NULL;
