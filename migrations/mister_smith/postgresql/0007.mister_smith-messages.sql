-- Messages: what agents tell each other, partitioned by month.
-- seed: 004 Complete SQL DDL Specifications, Communication Schema; JSONB-Specific Indexes
-- differs: the primary key has the partition key, without which PostgreSQL refuses the table; a message of any date
--   finds a partition, where the seed has those of 2024 only; a parent is a soft reference, because a foreign key to
--   messages would forbid to detach an old month; a deleted agent leaves its messages; the inbox comes out of its index
--   in order
-- depends: 0003.mister_smith-agents

CREATE TABLE messages (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    from_agent_id uuid,
    to_agent_id uuid,
    message_type text NOT NULL,
    subject text,
    content jsonb NOT NULL,
    priority integer NOT NULL DEFAULT 5,
    status text NOT NULL DEFAULT 'pending',
    retry_count integer NOT NULL DEFAULT 0,
    max_retries integer NOT NULL DEFAULT 3,
    correlation_id uuid,
    parent_message_id uuid,
    parent_created_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    delivered_at timestamptz,
    processed_at timestamptz,
    expires_at timestamptz,
    error_message text,
    CONSTRAINT messages_pkey PRIMARY KEY (id, created_at),
    CONSTRAINT fk_messages_from_agent FOREIGN KEY (from_agent_id) REFERENCES agents (id) ON DELETE SET NULL,
    CONSTRAINT fk_messages_to_agent FOREIGN KEY (to_agent_id) REFERENCES agents (id) ON DELETE SET NULL,
    CONSTRAINT messages_priority_check CHECK (priority BETWEEN 1 AND 10),
    CONSTRAINT messages_status_check CHECK (status IN (
        'pending', 'sent', 'delivered', 'processed', 'failed', 'expired'
    )),
    CONSTRAINT messages_retry_count_check CHECK (retry_count >= 0),
    CONSTRAINT messages_max_retries_check CHECK (max_retries >= 0),
    -- Both or neither: the time tells the month in which the parent is to be looked for.
    CONSTRAINT messages_parent_check CHECK ((parent_message_id IS NULL) = (parent_created_at IS NULL)),
    CONSTRAINT chk_message_agents_different CHECK (
        from_agent_id <> to_agent_id OR from_agent_id IS NULL OR to_agent_id IS NULL
    ),
    CONSTRAINT chk_sent_after_created CHECK (sent_at IS NULL OR sent_at >= created_at),
    CONSTRAINT chk_delivered_after_sent CHECK (
        delivered_at IS NULL OR sent_at IS NULL OR delivered_at >= sent_at
    ),
    CONSTRAINT chk_processed_after_delivered CHECK (
        processed_at IS NULL OR delivered_at IS NULL OR processed_at >= delivered_at
    )
) PARTITION BY RANGE (created_at);

-- What has no month of its own yet. create_monthly_partitions makes the months and drains them out of here: a step is
-- the same on whatever day it is applied.
CREATE TABLE messages_default PARTITION OF messages DEFAULT;

-- The inbox, in the order in which it is read: no sort, however long it is.
CREATE INDEX idx_messages_to_agent_status ON messages (to_agent_id, priority, created_at)
WHERE status = 'pending';

-- All messages to an agent, which deleting an agent looks for.
CREATE INDEX messages_to_agent_id_idx ON messages (to_agent_id, created_at);

CREATE INDEX idx_messages_from_agent ON messages (from_agent_id, created_at);

CREATE INDEX idx_messages_type_priority ON messages (message_type, priority);

CREATE INDEX idx_messages_correlation ON messages (correlation_id) WHERE correlation_id IS NOT NULL;

CREATE INDEX idx_messages_expires ON messages (expires_at) WHERE expires_at IS NOT NULL;

-- What to try again, oldest first; the seed's first column is the same in every entry.
CREATE INDEX idx_messages_retry ON messages (created_at)
WHERE status = 'failed' AND retry_count < max_retries;

-- Messages by the priority that their content names, compared as JSON: numbers as numbers. The seed's GIN index serves
-- no comparison.
CREATE INDEX idx_messages_content_priority ON messages ((content -> 'priority'))
WHERE content ? 'priority';

-- The answers to a message.
CREATE INDEX messages_parent_message_id_idx ON messages (parent_message_id)
WHERE parent_message_id IS NOT NULL;
