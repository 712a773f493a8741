-- Keys: the copies of the keys that foreign keys refer to are those of the tables, no more and no fewer.
-- seed: 000 1.2 Design Principles
-- differs: the original has no copies; 0002.agentdb-agent-synchronizations says why there are some

SELECT
    'agent_synchronizations sync_id ' || coalesce(s.sync_id, k.sync_id) AS subject,
    CASE
        WHEN k.sync_id IS NULL
            THEN 'has no key, so nothing can refer to it: the triggers were away when it was inserted'
        ELSE 'has a key, but does not exist: something can refer to it'
    END AS problem
FROM agent_synchronizations AS s
FULL JOIN agent_synchronization_keys AS k ON s.sync_id = k.sync_id
WHERE s.sync_id IS NULL OR k.sync_id IS NULL;

SELECT
    'sync_executions execution_id ' || coalesce(e.execution_id, k.execution_id) AS subject,
    CASE
        WHEN k.execution_id IS NULL
            THEN 'has no key, so no event can refer to it: the triggers were away when it was inserted'
        ELSE 'has a key, but does not exist: an event can refer to it'
    END AS problem
FROM sync_executions AS e
FULL JOIN sync_execution_keys AS k ON e.execution_id = k.execution_id
WHERE e.execution_id IS NULL OR k.execution_id IS NULL;
