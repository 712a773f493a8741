-- Append-only history: what happened stays written as it was, whoever asks otherwise.

CREATE OR REPLACE FUNCTION _rung_event_is_append_only()
RETURNS trigger
LANGUAGE plpgsql
AS $body$
BEGIN
    RAISE EXCEPTION '_rung_event is append-only';
END
$body$;

CREATE OR REPLACE TRIGGER _rung_event_keeps_rows
BEFORE DELETE OR TRUNCATE ON _rung_event
FOR EACH STATEMENT EXECUTE FUNCTION _rung_event_is_append_only();

CREATE OR REPLACE TRIGGER _rung_event_keeps_values
BEFORE UPDATE ON _rung_event
FOR EACH STATEMENT EXECUTE FUNCTION _rung_event_is_append_only();
