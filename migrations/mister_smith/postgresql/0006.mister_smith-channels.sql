-- Channels: the ways a message can take, and the queues in which it waits.
-- seed: 004 Complete SQL DDL Specifications, Communication Schema
-- differs: a queue holds no negative number of messages, and no more than its size
-- depends: 0001.mister_smith-identities

CREATE TABLE transport_channels (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    channel_type text NOT NULL,
    configuration jsonb NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT TRUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT transport_channels_pkey PRIMARY KEY (id),
    CONSTRAINT transport_channels_name_key UNIQUE (name),
    CONSTRAINT transport_channels_channel_type_check CHECK (channel_type IN (
        'agent_to_agent', 'broadcast', 'system', 'monitoring'
    ))
);

CREATE TRIGGER transport_channels_set_updated_at BEFORE UPDATE ON transport_channels
FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE message_queues (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    queue_type text NOT NULL,
    max_size integer DEFAULT 10000,
    current_size integer NOT NULL DEFAULT 0,
    configuration jsonb NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT TRUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT message_queues_pkey PRIMARY KEY (id),
    CONSTRAINT message_queues_name_key UNIQUE (name),
    CONSTRAINT message_queues_queue_type_check CHECK (queue_type IN ('fifo', 'priority', 'delayed', 'retry')),
    CONSTRAINT message_queues_max_size_check CHECK (max_size > 0),
    CONSTRAINT message_queues_current_size_check CHECK (current_size >= 0 AND current_size <= max_size)
);

CREATE TRIGGER message_queues_set_updated_at BEFORE UPDATE ON message_queues
FOR EACH ROW EXECUTE FUNCTION set_updated_at();
