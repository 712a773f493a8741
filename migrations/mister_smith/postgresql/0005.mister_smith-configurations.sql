-- Configurations: settings of the system and of agents, what they were before, and feature flags.
-- seed: 004 Complete SQL DDL Specifications, Configuration Schema
-- differs: a setting of the whole system (agent_id NULL) exists once for each environment; history is written by a
--   trigger, without the values of secrets, and outlives the setting, the agent and the user that it names
-- depends: 0003.mister_smith-agents

CREATE TABLE configurations (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    key text NOT NULL,
    value jsonb NOT NULL,
    environment text NOT NULL DEFAULT 'production',
    agent_id uuid,
    is_encrypted boolean NOT NULL DEFAULT FALSE,
    is_secret boolean NOT NULL DEFAULT FALSE,
    description text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    CONSTRAINT configurations_pkey PRIMARY KEY (id),
    CONSTRAINT fk_configurations_agent FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE,
    CONSTRAINT configurations_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT configurations_environment_check CHECK (environment IN (
        'development', 'staging', 'production', 'testing'
    )),
    CONSTRAINT configurations_version_check CHECK (version > 0)
);

-- Lookup by key and environment, and the uniqueness that the seed's constraint loses where agent_id is NULL.
CREATE UNIQUE INDEX idx_configurations_key_env
ON configurations (key, environment, agent_id) NULLS NOT DISTINCT;

CREATE INDEX idx_configurations_agent ON configurations (agent_id) WHERE agent_id IS NOT NULL;

-- Settings that have a field: value ? 'field'.
CREATE INDEX idx_configurations_value ON configurations USING gin (value);

-- Settings whose fields have values: value @> '{…}'.
CREATE INDEX idx_configurations_nested ON configurations USING gin (value jsonb_path_ops);

CREATE INDEX configurations_created_by_idx ON configurations (created_by) WHERE created_by IS NOT NULL;

CREATE TRIGGER configurations_set_updated_at BEFORE UPDATE ON configurations
FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- No foreign keys: a history that is deleted with what it describes is none. The last three columns are not in the
-- seed; they say what the id meant.
CREATE TABLE configuration_history (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    configuration_id uuid NOT NULL,
    old_value jsonb,
    new_value jsonb,
    changed_by uuid,
    change_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    configuration_key text NOT NULL,
    environment text NOT NULL,
    agent_id uuid,
    CONSTRAINT configuration_history_pkey PRIMARY KEY (id),
    CONSTRAINT configuration_history_values_check CHECK (old_value IS NOT NULL OR new_value IS NOT NULL)
);

CREATE INDEX configuration_history_configuration_id_idx
ON configuration_history (configuration_id, created_at);

SELECT set_config('search_path', format('%I, pg_temp', current_schema()), TRUE);

-- Runs as the owner of the history, so that no session needs the right to write it, and none can forge it. The reason
-- of a change is what the transaction set with set_config('app.change_reason', $1, true).
CREATE FUNCTION record_configuration_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
    redacted CONSTANT jsonb := '"[redacted]"'::jsonb;
    subject configurations;
    old_value jsonb;
    new_value jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        subject := OLD;
    ELSE
        subject := NEW;
        new_value := CASE WHEN NEW.is_secret OR NEW.is_encrypted THEN redacted ELSE NEW.value END;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        -- What becomes a secret now was one before.
        old_value := CASE
            WHEN OLD.is_secret OR OLD.is_encrypted OR subject.is_secret OR subject.is_encrypted THEN redacted
            ELSE OLD.value
        END;
    END IF;
    INSERT INTO configuration_history (
        configuration_id, old_value, new_value, changed_by, change_reason, configuration_key, environment, agent_id
    )
    VALUES (
        subject.id, old_value, new_value, current_user_id(), nullif(current_setting('app.change_reason', TRUE), ''),
        subject.key, subject.environment, subject.agent_id
    );
    IF TG_OP = 'UPDATE' AND (NEW.is_secret OR NEW.is_encrypted) AND NOT (OLD.is_secret OR OLD.is_encrypted) THEN
        UPDATE configuration_history AS h
        SET
            old_value = CASE WHEN h.old_value IS NOT NULL THEN redacted END,
            new_value = CASE WHEN h.new_value IS NOT NULL THEN redacted END
        WHERE h.configuration_id = NEW.id;
    END IF;
    RETURN NULL;
END;
$$;

REVOKE ALL ON FUNCTION record_configuration_change() FROM public;

CREATE TRIGGER configurations_history AFTER INSERT OR UPDATE OR DELETE ON configurations
FOR EACH ROW EXECUTE FUNCTION record_configuration_change();

CREATE TABLE feature_flags (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    description text,
    is_enabled boolean NOT NULL DEFAULT FALSE,
    conditions jsonb NOT NULL DEFAULT '{}',
    rollout_percentage integer DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    CONSTRAINT feature_flags_pkey PRIMARY KEY (id),
    CONSTRAINT feature_flags_name_key UNIQUE (name),
    CONSTRAINT feature_flags_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT feature_flags_rollout_percentage_check CHECK (rollout_percentage BETWEEN 0 AND 100)
);

CREATE INDEX idx_feature_flags_enabled ON feature_flags (is_enabled, name);

CREATE INDEX feature_flags_created_by_idx ON feature_flags (created_by) WHERE created_by IS NOT NULL;

CREATE TRIGGER feature_flags_set_updated_at BEFORE UPDATE ON feature_flags
FOR EACH ROW EXECUTE FUNCTION set_updated_at();
