-- Channels verified: channels and queues are exactly what this step made.
-- seed: 004 Complete SQL DDL Specifications, Communication Schema

WITH expected (subject, definition, problem) AS (
    VALUES
    ('transport_channels', 'table', 'messages have no way to take'),
    ('message_queues', 'table', 'messages have nowhere to wait')
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
    ('transport_channels.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('transport_channels.name', 'text NOT NULL'),
    ('transport_channels.channel_type', 'text NOT NULL'),
    ('transport_channels.configuration', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('transport_channels.is_active', 'boolean NOT NULL DEFAULT true'),
    ('transport_channels.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('transport_channels.updated_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('message_queues.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('message_queues.name', 'text NOT NULL'),
    ('message_queues.queue_type', 'text NOT NULL'),
    ('message_queues.max_size', 'integer DEFAULT 10000'),
    ('message_queues.current_size', 'integer NOT NULL DEFAULT 0'),
    ('message_queues.configuration', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('message_queues.is_active', 'boolean NOT NULL DEFAULT true'),
    ('message_queues.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('message_queues.updated_at', 'timestamp with time zone NOT NULL DEFAULT now()')
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

WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'transport_channels.transport_channels_channel_type_check',
        'CHECK (channel_type = ANY (ARRAY[''agent_to_agent''::text, ''broadcast''::text, ''system''::text, '
        || '''monitoring''::text]))',
        'accepts a channel_type that nobody knows, or refuses one that is known'
    ),
    (
        'transport_channels.transport_channels_pkey',
        'PRIMARY KEY (id)',
        'two rows of transport_channels can have one id'
    ),
    ('transport_channels.transport_channels_name_key', 'UNIQUE (name)', 'two channels can have one name'),
    (
        'message_queues.message_queues_queue_type_check',
        'CHECK (queue_type = ANY (ARRAY[''fifo''::text, ''priority''::text, ''delayed''::text, ''retry''::text]))',
        'accepts a queue_type that nobody knows, or refuses one that is known'
    ),
    ('message_queues.message_queues_max_size_check', 'CHECK (max_size > 0)', 'accepts a queue of no size'),
    (
        'message_queues.message_queues_current_size_check',
        'CHECK (current_size >= 0 AND current_size <= max_size)',
        'accepts a negative or overfull queue'
    ),
    ('message_queues.message_queues_pkey', 'PRIMARY KEY (id)', 'two rows of message_queues can have one id'),
    ('message_queues.message_queues_name_key', 'UNIQUE (name)', 'two queues can have one name')
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
        'transport_channels.transport_channels_set_updated_at',
        'CREATE TRIGGER transport_channels_set_updated_at BEFORE UPDATE ON transport_channels FOR EACH '
        || 'ROW EXECUTE FUNCTION set_updated_at()',
        'updated_at does not tell the last change'
    ),
    (
        'message_queues.message_queues_set_updated_at',
        'CREATE TRIGGER message_queues_set_updated_at BEFORE UPDATE ON message_queues FOR EACH ROW '
        || 'EXECUTE FUNCTION set_updated_at()',
        'updated_at does not tell the last change'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        e.subject,
        pg_get_triggerdef(t.oid, TRUE)
        || CASE t.tgenabled WHEN 'O' THEN '' WHEN 'A' THEN ' ALWAYS' WHEN 'D' THEN ' DISABLED' ELSE ' REPLICA' END
    FROM expected AS e
    INNER JOIN pg_trigger AS t
        ON
            to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) = t.tgrelid
            AND split_part(e.subject, '.', 2) = t.tgname
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;
