-- Messages verified: the messages and their indexes are exactly what this step made.
-- seed: 004 Complete SQL DDL Specifications, Communication Schema; JSONB-Specific Indexes

WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'messages',
        'table PARTITION BY RANGE (created_at)',
        'agents cannot talk, or a month cannot be dropped as a whole'
    ),
    (
        'messages_default',
        'table PARTITION OF messages DEFAULT',
        'a message outside the months that were made is refused'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname::text,
        concat_ws(
            ' ',
            CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
            'table',
            'PARTITION BY ' || pg_get_partkeydef(c.oid),
            'PARTITION OF ' || i.inhparent::regclass::text,
            pg_get_expr(c.relpartbound, c.oid),
            array_to_string(c.reloptions, ', ')
        )
    FROM pg_class AS c
    LEFT JOIN pg_inherits AS i ON c.oid = i.inhrelid
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relkind IN ('r', 'p')
        -- As an array, so that an index finds them.
        AND c.relname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

WITH expected (subject, definition) AS (
    VALUES
    ('messages.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('messages.from_agent_id', 'uuid'),
    ('messages.to_agent_id', 'uuid'),
    ('messages.message_type', 'text NOT NULL'),
    ('messages.subject', 'text'),
    ('messages.content', 'jsonb NOT NULL'),
    ('messages.priority', 'integer NOT NULL DEFAULT 5'),
    ('messages.status', 'text NOT NULL DEFAULT ''pending''::text'),
    ('messages.retry_count', 'integer NOT NULL DEFAULT 0'),
    ('messages.max_retries', 'integer NOT NULL DEFAULT 3'),
    ('messages.correlation_id', 'uuid'),
    ('messages.parent_message_id', 'uuid'),
    ('messages.parent_created_at', 'timestamp with time zone'),
    ('messages.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('messages.sent_at', 'timestamp with time zone'),
    ('messages.delivered_at', 'timestamp with time zone'),
    ('messages.processed_at', 'timestamp with time zone'),
    ('messages.expires_at', 'timestamp with time zone'),
    ('messages.error_message', 'text')
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname || '.' || a.attname,
        concat_ws(
            ' ',
            format_type(a.atttypid, a.atttypmod),
            'COLLATE ' || (
                SELECT a.attcollation::regcollation::text
                FROM pg_type AS t
                WHERE t.oid = a.atttypid AND t.typcollation <> a.attcollation
            ),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE a.attgenerated WHEN '' THEN 'DEFAULT' ELSE 'GENERATED ' || a.attgenerated::text END
            || ' ' || (
                SELECT pg_get_expr(d.adbin, d.adrelid, TRUE)
                FROM pg_attrdef AS d
                WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
            ),
            'IDENTITY ' || nullif(a.attidentity::text, '')
        )
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relname = any(array(SELECT split_part(e.subject, '.', 1) FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || '; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE
    a.definition IS DISTINCT FROM e.definition
    AND to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) IS NOT NULL;

-- A partition that is stricter than its parent refuses rows that the parent takes.
WITH partitions (id, name, parent_id, parent_name) AS (
    SELECT
        c.oid AS id,
        c.relname AS name,
        p.oid AS parent_id,
        p.relname AS parent_name
    FROM pg_class AS p
    INNER JOIN pg_inherits AS i ON p.oid = i.inhparent
    INNER JOIN pg_class AS c ON i.inhrelid = c.oid
    WHERE
        p.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND p.relname = 'messages'
        AND c.relkind = 'r'
),

columns (table_id, name, is_not_null, default_value) AS (
    SELECT
        a.attrelid,
        a.attname,
        a.attnotnull,
        (
            SELECT pg_get_expr(d.adbin, d.adrelid)
            FROM pg_attrdef AS d
            WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
        )
    FROM pg_attribute AS a
    WHERE
        a.attrelid = any(array(SELECT unnest(ARRAY[p.id, p.parent_id]) FROM partitions AS p))
        AND a.attnum > 0
        AND NOT a.attisdropped
)

SELECT
    p.name || '.' || own.name AS subject,
    'is not as in ' || p.parent_name || ': NOT NULL or the default differs' AS problem
FROM partitions AS p
INNER JOIN columns AS own ON p.id = own.table_id
INNER JOIN columns AS its ON p.parent_id = its.table_id AND own.name = its.name
WHERE (own.is_not_null, own.default_value) IS DISTINCT FROM (its.is_not_null, its.default_value);

WITH expected (subject, definition, problem) AS (
    VALUES
    ('messages.messages_pkey', 'PRIMARY KEY (id, created_at)', 'two rows of messages can be the same'),
    (
        'messages.fk_messages_from_agent',
        'FOREIGN KEY (from_agent_id) REFERENCES agents(id) ON DELETE SET NULL',
        'from_agent_id may name nothing, or deleting the agent that it names is refused, or takes this with it'
    ),
    (
        'messages.fk_messages_to_agent',
        'FOREIGN KEY (to_agent_id) REFERENCES agents(id) ON DELETE SET NULL',
        'to_agent_id may name nothing, or deleting the agent that it names is refused, or takes this with it'
    ),
    (
        'messages.messages_priority_check',
        'CHECK (priority >= 1 AND priority <= 10)',
        'accepts a priority that is not from 1 to 10'
    ),
    (
        'messages.messages_status_check',
        'CHECK (status = ANY (ARRAY[''pending''::text, ''sent''::text, ''delivered''::text, ''processed''::text, '
        || '''failed''::text, ''expired''::text]))',
        'accepts a status that nobody knows, or refuses one that is known'
    ),
    ('messages.messages_retry_count_check', 'CHECK (retry_count >= 0)', 'accepts a negative count'),
    ('messages.messages_max_retries_check', 'CHECK (max_retries >= 0)', 'accepts a negative count'),
    (
        'messages.messages_parent_check',
        'CHECK ((parent_message_id IS NULL) = (parent_created_at IS NULL))',
        'accepts half a reference to a parent, which cannot be found'
    ),
    (
        'messages.chk_message_agents_different',
        'CHECK (from_agent_id <> to_agent_id OR from_agent_id IS NULL OR to_agent_id IS NULL)',
        'an agent can write to itself'
    ),
    (
        'messages.chk_sent_after_created',
        'CHECK (sent_at IS NULL OR sent_at >= created_at)',
        'accepts a message that was sent before it was made'
    ),
    (
        'messages.chk_delivered_after_sent',
        'CHECK (delivered_at IS NULL OR sent_at IS NULL OR delivered_at >= sent_at)',
        'accepts a message that was delivered before it was sent'
    ),
    (
        'messages.chk_processed_after_delivered',
        'CHECK (processed_at IS NULL OR delivered_at IS NULL OR processed_at >= delivered_at)',
        'accepts a message that was processed before it was delivered'
    )
)

SELECT
    e.subject,
    coalesce('is now ' || pg_get_constraintdef(k.oid, TRUE), 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN pg_constraint AS k
    ON
        to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) = k.conrelid
        AND split_part(e.subject, '.', 2) = k.conname
WHERE pg_get_constraintdef(k.oid, TRUE) IS DISTINCT FROM e.definition;

WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'idx_messages_to_agent_status',
        'CREATE INDEX idx_messages_to_agent_status ON ONLY messages USING btree (to_agent_id, priority, '
        || 'created_at) WHERE status = ''pending''::text',
        'an inbox is sorted at every look, or read whole'
    ),
    (
        'messages_to_agent_id_idx',
        'CREATE INDEX messages_to_agent_id_idx ON ONLY messages USING btree (to_agent_id, created_at)',
        'deleting an agent reads every message'
    ),
    (
        'idx_messages_from_agent',
        'CREATE INDEX idx_messages_from_agent ON ONLY messages USING btree (from_agent_id, created_at)',
        'finding what an agent sent, as deleting it does, reads every message'
    ),
    (
        'idx_messages_type_priority',
        'CREATE INDEX idx_messages_type_priority ON ONLY messages USING btree (message_type, priority)',
        'finding messages of a type reads every message'
    ),
    (
        'idx_messages_correlation',
        'CREATE INDEX idx_messages_correlation ON ONLY messages USING btree (correlation_id) WHERE '
        || 'correlation_id IS NOT NULL',
        'following a conversation reads every message'
    ),
    (
        'idx_messages_expires',
        'CREATE INDEX idx_messages_expires ON ONLY messages USING btree (expires_at) WHERE expires_at IS '
        || 'NOT NULL',
        'finding expired messages reads every message'
    ),
    (
        'idx_messages_retry',
        'CREATE INDEX idx_messages_retry ON ONLY messages USING btree (created_at) WHERE status = '
        || '''failed''::text AND retry_count < max_retries',
        'finding what to try again, oldest first, reads every message'
    ),
    (
        'idx_messages_content_priority',
        'CREATE INDEX idx_messages_content_priority ON ONLY messages USING btree ((content -> '
        || '''priority''::text)) WHERE content ? ''priority''::text',
        'finding messages by the priority in their content reads every message'
    ),
    (
        'messages_parent_message_id_idx',
        'CREATE INDEX messages_parent_message_id_idx ON ONLY messages USING btree (parent_message_id) '
        || 'WHERE parent_message_id IS NOT NULL',
        'finding the answers to a message reads every message'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        e.subject,
        pg_get_indexdef(i.indexrelid, 0, TRUE) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
    FROM expected AS e
    INNER JOIN pg_index AS i ON to_regclass(quote_ident(current_schema()) || '.' || e.subject) = i.indexrelid
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;
