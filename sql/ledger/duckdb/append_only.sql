-- Append-only history: what happened stays written as it was, whoever asks otherwise.
-- differs: the body of a DuckDB trigger must write somewhere; error() stops it before it does,
--   and with it the statement

CREATE TRIGGER IF NOT EXISTS _rung_event_keeps_rows -- noqa: PRS
AFTER DELETE ON _rung_event
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT
INSERT INTO _rung_version (version) SELECT error('_rung_event is append-only') FROM gone;

CREATE TRIGGER IF NOT EXISTS _rung_event_keeps_values -- noqa: PRS
AFTER UPDATE ON _rung_event
REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT
INSERT INTO _rung_version (version) SELECT error('_rung_event is append-only') FROM changed;
