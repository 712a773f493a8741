-- Ledger moves: how many steps rung or yoyo ever took, up or down. It never falls, whatever was taken back.

SELECT count(*) AS moves
FROM _yoyo_log;
