-- Append-only history: what happened stays written as it was, whoever asks otherwise.

CREATE TRIGGER IF NOT EXISTS _rung_event_keeps_rows
BEFORE DELETE ON _rung_event
BEGIN
    SELECT RAISE(ABORT, '_rung_event is append-only');
END;

CREATE TRIGGER IF NOT EXISTS _rung_event_keeps_values
BEFORE UPDATE ON _rung_event
BEGIN
    SELECT RAISE(ABORT, '_rung_event is append-only');
END;
