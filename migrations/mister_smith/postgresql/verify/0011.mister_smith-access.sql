-- Access verified: every policy and every grant is exactly what this step made.
-- seed: 004 Security Considerations, Row-Level Security

WITH expected (subject, definition, problem) AS (
    VALUES
    ('messages_default', 'ENABLE', 'whoever is granted the partition sees every row'),
    ('messages', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('audit_log_default', 'ENABLE', 'whoever is granted the partition sees every row'),
    ('metrics', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('audit_log', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('metrics_default', 'ENABLE', 'whoever is granted the partition sees every row'),
    ('users', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('user_roles', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('user_sessions', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('agent_instances', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('agent_connections', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('agent_permissions', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('api_keys', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('agent_sessions', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('configurations', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('errors', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('health_checks', 'ENABLE FORCE', 'whoever may read the table sees every row, or its owner does'),
    ('configuration_history', 'ENABLE', 'agents see the history of each other')
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname::text,
        concat_ws(
            ' ',
            CASE WHEN c.relrowsecurity THEN 'ENABLE' END,
            CASE WHEN c.relforcerowsecurity THEN 'FORCE' END
        )
    FROM pg_class AS c
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        -- As an array, so that an index finds them.
        AND c.relname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

-- A condition is written with (SELECT …) so that it is asked once for each statement, not for each row.
WITH expected (subject, definition, problem) AS (
    VALUES
    ('users.users_admin', 'ALL TO mister_smith_admin USING (true)', 'administrators do not see everything'),
    ('user_roles.user_roles_admin', 'ALL TO mister_smith_admin USING (true)', 'administrators do not see everything'),
    (
        'user_sessions.user_sessions_admin',
        'ALL TO mister_smith_admin USING (true)',
        'administrators do not see everything'
    ),
    (
        'agent_instances.agent_instances_admin',
        'ALL TO mister_smith_admin USING (true)',
        'administrators do not see everything'
    ),
    (
        'agent_connections.agent_connections_admin',
        'ALL TO mister_smith_admin USING (true)',
        'administrators do not see everything'
    ),
    (
        'agent_permissions.agent_permissions_admin',
        'ALL TO mister_smith_admin USING (true)',
        'administrators do not see everything'
    ),
    ('api_keys.api_keys_admin', 'ALL TO mister_smith_admin USING (true)', 'administrators do not see everything'),
    (
        'agent_sessions.agent_sessions_admin',
        'ALL TO mister_smith_admin USING (true)',
        'administrators do not see everything'
    ),
    (
        'configurations.configurations_admin',
        'ALL TO mister_smith_admin USING (true)',
        'administrators do not see everything'
    ),
    ('messages.messages_admin', 'ALL TO mister_smith_admin USING (true)', 'administrators do not see everything'),
    ('audit_log.audit_log_admin', 'ALL TO mister_smith_admin USING (true)', 'administrators do not see everything'),
    ('metrics.metrics_admin', 'ALL TO mister_smith_admin USING (true)', 'administrators do not see everything'),
    ('errors.errors_admin', 'ALL TO mister_smith_admin USING (true)', 'administrators do not see everything'),
    (
        'health_checks.health_checks_admin',
        'ALL TO mister_smith_admin USING (true)',
        'administrators do not see everything'
    ),
    (
        'configuration_history.configuration_history_admin',
        'ALL TO mister_smith_admin USING (true)',
        'administrators do not see everything'
    ),
    (
        'users.user_isolation',
        'ALL TO application_user USING (id = (( SELECT current_user_id() AS current_user_id)))',
        'a user sees others, or not himself'
    ),
    (
        'user_roles.user_roles_own',
        'SELECT TO application_user USING (user_id = (( SELECT current_user_id() AS current_user_id)))',
        'a user sees the roles of others, or not his own'
    ),
    (
        'user_sessions.user_sessions_own',
        'ALL TO application_user USING (user_id = (( SELECT current_user_id() AS current_user_id)))',
        'a user sees the sessions of others, or not his own'
    ),
    (
        'api_keys.api_keys_of_user',
        'SELECT TO application_user USING (user_id = (( SELECT current_user_id() AS current_user_id)))',
        'a user sees the keys of others, or not his own'
    ),
    (
        'configurations.configurations_shared',
        'SELECT TO application_user USING (agent_id IS NULL AND NOT is_secret)',
        'people see secrets or settings of agents, or no settings'
    ),
    (
        'agent_instances.agent_instances_seen',
        'SELECT TO agent_user, application_user USING (true)',
        'what runs where is not seen'
    ),
    ('audit_log.audit_read_only', 'SELECT TO application_user USING (true)', 'people cannot read the audit trail'),
    (
        'audit_log.audit_by_user',
        'INSERT TO application_user WITH CHECK (user_id = (( SELECT current_user_id() AS current_user_id)))',
        'people write the audit trail in another name, or not at all'
    ),
    ('metrics.metrics_seen', 'SELECT TO application_user USING (true)', 'people do not see the metrics'),
    ('errors.errors_seen', 'SELECT TO application_user USING (true)', 'people do not see the errors'),
    (
        'health_checks.health_checks_seen',
        'SELECT TO application_user USING (true)',
        'people do not see the health of agents'
    ),
    (
        'agent_instances.agent_instances_own',
        'ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent changes the instances of others, or not its own'
    ),
    (
        'agent_connections.agent_connections_own',
        'ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent sees the connections of others, or not its own'
    ),
    (
        'agent_permissions.agent_permissions_own',
        'SELECT TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent sees the permissions of others, or not its own'
    ),
    (
        'api_keys.api_keys_of_agent',
        'SELECT TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent sees the keys of others, or not its own'
    ),
    (
        'agent_sessions.agent_sessions_own',
        'ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent sees the state of others, or not its own'
    ),
    (
        'configurations.agent_config_isolation',
        'ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent sees the settings of others, or not its own'
    ),
    (
        'configuration_history.configuration_history_own',
        'SELECT TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent sees what the settings of others were, or not its own'
    ),
    (
        'messages.messages_read',
        'SELECT TO agent_user USING (CASE ( SELECT current_agent_id() AS current_agent_id) WHEN '
        || 'to_agent_id THEN true WHEN from_agent_id THEN true ELSE false END)',
        'an agent reads the messages of others, or not its own'
    ),
    (
        'messages.messages_send',
        'INSERT TO agent_user WITH CHECK (from_agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent sends in the name of another, or not at all'
    ),
    (
        'messages.messages_handle',
        'UPDATE TO agent_user USING (CASE ( SELECT current_agent_id() AS current_agent_id) WHEN '
        || 'to_agent_id THEN true ELSE false END)',
        'an agent handles the messages of others, or not its own'
    ),
    (
        'audit_log.audit_by_agent',
        'INSERT TO agent_user WITH CHECK (agent_id = (( SELECT current_agent_id() AS current_agent_id)) '
        || 'AND user_id IS NULL)',
        'an agent writes the audit trail in another name, or not at all'
    ),
    (
        'metrics.metrics_own',
        'ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent reports metrics in another name, or not at all'
    ),
    (
        'errors.errors_own',
        'ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent reports errors in another name, or not at all'
    ),
    (
        'health_checks.health_checks_own',
        'ALL TO agent_user USING (agent_id = (( SELECT current_agent_id() AS current_agent_id)))',
        'an agent reports health in another name, or not at all'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        e.subject,
        concat_ws(
            ' ',
            CASE WHEN NOT p.polpermissive THEN 'RESTRICTIVE' END,
            CASE p.polcmd
                WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL'
            END,
            'TO',
            CASE p.polroles
                WHEN '{0}' THEN 'public'
                ELSE (
                    SELECT string_agg(pg_get_userbyid(u.id), ', ' ORDER BY pg_get_userbyid(u.id))
                    FROM unnest(p.polroles) AS u (id)
                )
            END,
            'USING (' || trim(regexp_replace(pg_get_expr(p.polqual, p.polrelid, TRUE), '\s+', ' ', 'g')) || ')',
            'WITH CHECK ('
            || trim(regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid, TRUE), '\s+', ' ', 'g')) || ')'
        )
    FROM expected AS e
    INNER JOIN pg_policy AS p
        ON
            to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) = p.polrelid
            AND split_part(e.subject, '.', 2) = p.polname
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

-- Exactly these privileges, for the roles of the family and for PUBLIC.
WITH expected (subject, grantee, definition, problem) AS (
    VALUES
    ('agent_capabilities', 'agent_user', 'SELECT', 'agents may do more with it, or less'),
    ('agent_capabilities', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'agent_capabilities',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    ('agent_connections', 'agent_user', 'SELECT, UPDATE (last_used_at)', 'agents may do more with it, or less'),
    (
        'agent_connections',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    ('agent_dependencies', 'agent_user', 'SELECT', 'agents may do more with it, or less'),
    ('agent_dependencies', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'agent_dependencies',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    ('agent_instances', 'agent_user', 'DELETE, INSERT, SELECT, UPDATE', 'agents may do more with it, or less'),
    ('agent_instances', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'agent_instances',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    ('agent_permissions', 'agent_user', 'SELECT', 'agents may do more with it, or less'),
    (
        'agent_permissions',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    ('agent_sessions', 'agent_user', 'INSERT, SELECT, UPDATE', 'agents may do more with it, or less'),
    (
        'agent_sessions',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    ('agents', 'agent_user', 'SELECT', 'agents may do more with it, or less'),
    ('agents', 'application_user', 'SELECT', 'people may do more with it, or less'),
    ('agents', 'mister_smith_admin', 'DELETE, INSERT, SELECT, UPDATE', 'administrators may do more with it, or less'),
    ('api_keys', 'agent_user', 'SELECT', 'agents may do more with it, or less'),
    ('api_keys', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'api_keys',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    (
        'audit_log',
        'agent_user',
        'INSERT (action, agent_id, correlation_id, event_type, ip_address, metadata, new_values, '
        || 'old_values, resource_id, resource_type, session_id, user_agent, user_id)',
        'agents may do more with it, or less'
    ),
    (
        'audit_log',
        'application_user',
        'INSERT (action, agent_id, correlation_id, event_type, ip_address, metadata, new_values, '
        || 'old_values, resource_id, resource_type, session_id, user_agent, user_id), SELECT',
        'people may do more with it, or less'
    ),
    ('audit_log', 'mister_smith_admin', 'INSERT, SELECT', 'administrators may do more with it, or less'),
    ('configuration_history', 'agent_user', 'SELECT', 'agents may do more with it, or less'),
    ('configuration_history', 'mister_smith_admin', 'SELECT', 'administrators may do more with it, or less'),
    ('configurations', 'agent_user', 'DELETE, INSERT, SELECT, UPDATE', 'agents may do more with it, or less'),
    ('configurations', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'configurations',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    (
        'errors',
        'agent_user',
        'INSERT (agent_id, context, error_code, error_type, message, severity, stack_trace), SELECT',
        'agents may do more with it, or less'
    ),
    ('errors', 'application_user', 'SELECT', 'people may do more with it, or less'),
    ('errors', 'mister_smith_admin', 'DELETE, INSERT, SELECT, UPDATE', 'administrators may do more with it, or less'),
    ('feature_flags', 'agent_user', 'SELECT', 'agents may do more with it, or less'),
    ('feature_flags', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'feature_flags',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    ('get_agent_connection(uuid)', 'agent_user', 'EXECUTE', 'agents may not call it, or may let others'),
    (
        'get_agent_connection(uuid)',
        'mister_smith_admin',
        'EXECUTE',
        'administrators may not call it, or may let others'
    ),
    (
        'health_checks',
        'agent_user',
        'INSERT (agent_id, check_name, details, response_time_ms, status), SELECT',
        'agents may do more with it, or less'
    ),
    ('health_checks', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'health_checks',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    ('load_agent_state(uuid)', 'agent_user', 'EXECUTE', 'agents may not call it, or may let others'),
    ('load_agent_state(uuid)', 'mister_smith_admin', 'EXECUTE', 'administrators may not call it, or may let others'),
    ('message_queues', 'agent_user', 'SELECT', 'agents may do more with it, or less'),
    ('message_queues', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'message_queues',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    (
        'messages',
        'agent_user',
        'INSERT (content, correlation_id, expires_at, from_agent_id, max_retries, message_type, '
        || 'parent_created_at, parent_message_id, priority, subject, to_agent_id), SELECT, UPDATE '
        || '(delivered_at, error_message, processed_at, retry_count, sent_at, status)',
        'agents may do more with it, or less'
    ),
    (
        'messages',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    (
        'metrics',
        'agent_user',
        'INSERT (agent_id, metric_name, metric_type, metric_value, tags, unit), SELECT',
        'agents may do more with it, or less'
    ),
    ('metrics', 'application_user', 'SELECT', 'people may do more with it, or less'),
    ('metrics', 'mister_smith_admin', 'DELETE, INSERT, SELECT, UPDATE', 'administrators may do more with it, or less'),
    ('partition_policies', 'mister_smith_admin', 'SELECT', 'administrators may do more with it, or less'),
    ('roles', 'application_user', 'SELECT', 'people may do more with it, or less'),
    ('roles', 'mister_smith_admin', 'DELETE, INSERT, SELECT, UPDATE', 'administrators may do more with it, or less'),
    ('save_agent_state(uuid, jsonb)', 'agent_user', 'EXECUTE', 'agents may not call it, or may let others'),
    (
        'save_agent_state(uuid, jsonb)',
        'mister_smith_admin',
        'EXECUTE',
        'administrators may not call it, or may let others'
    ),
    ('transport_channels', 'agent_user', 'SELECT', 'agents may do more with it, or less'),
    ('transport_channels', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'transport_channels',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    ('user_roles', 'application_user', 'SELECT', 'people may do more with it, or less'),
    (
        'user_roles',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    (
        'user_sessions',
        'application_user',
        'SELECT, UPDATE (is_active, last_activity_at)',
        'people may do more with it, or less'
    ),
    (
        'user_sessions',
        'mister_smith_admin',
        'DELETE, INSERT, SELECT, UPDATE',
        'administrators may do more with it, or less'
    ),
    (
        'users',
        'application_user',
        'SELECT, UPDATE (email, mfa_secret, password_changed_at, password_hash)',
        'people may do more with it, or less'
    ),
    ('users', 'mister_smith_admin', 'DELETE, INSERT, SELECT, UPDATE', 'administrators may do more with it, or less')
),

-- Of these, every privilege counts; of what later steps make, none.
known (subject) AS (
    SELECT e.subject FROM expected AS e
    UNION
    VALUES ('messages_default'), ('audit_log_default'), ('metrics_default')
),

held (subject, column_name, acl) AS (
    SELECT
        c.relname::text,
        NULL,
        c.relacl
    FROM pg_class AS c
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relname = any(array(SELECT k.subject FROM known AS k))
        AND c.relkind IN ('r', 'p', 'v')
    UNION ALL
    SELECT
        c.relname::text,
        a.attname::text,
        a.attacl
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relname = any(array(SELECT k.subject FROM known AS k))
        AND a.attacl IS NOT NULL
        -- A column of a later step.
        AND a.attname <> 'claude_cli_context'
    UNION ALL
    SELECT
        p.proname || '(' || oidvectortypes(p.proargtypes) || ')',
        NULL,
        p.proacl
    FROM pg_proc AS p
    WHERE
        p.pronamespace = to_regnamespace(quote_ident(current_schema()))
        AND p.proname || '(' || oidvectortypes(p.proargtypes) || ')' = any(array(SELECT k.subject FROM known AS k))
),

privileges (subject, grantee, definition) AS (
    SELECT
        h.subject,
        CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END,
        concat_ws(
            ' ',
            x.privilege_type,
            '(' || string_agg(h.column_name, ', ' ORDER BY h.column_name::name) || ')',
            CASE WHEN x.is_grantable THEN 'WITH GRANT OPTION' END
        )
    FROM held AS h
    CROSS JOIN LATERAL aclexplode(h.acl) AS x
    WHERE
        x.grantee = 0
        OR pg_get_userbyid(x.grantee) IN (
            'application_user', 'agent_user', 'mister_smith_admin', 'mister_smith_backup'
        )
    GROUP BY h.subject, x.grantee, x.privilege_type, x.is_grantable, h.column_name IS NULL
),

actual (subject, grantee, definition) AS MATERIALIZED (
    SELECT
        p.subject,
        p.grantee,
        string_agg(p.definition, ', ' ORDER BY p.definition::name)
    FROM privileges AS p
    GROUP BY p.subject, p.grantee
)

SELECT
    coalesce(e.subject, a.subject) || ' for ' || coalesce(e.grantee, a.grantee) AS subject,
    coalesce('grants ' || a.definition, 'grants nothing') || ', expected ' || coalesce(e.definition, 'nothing')
    || coalesce(': ' || e.problem, '') AS problem
FROM expected AS e
FULL JOIN actual AS a ON e.subject = a.subject AND e.grantee = a.grantee
WHERE a.definition IS DISTINCT FROM e.definition;
