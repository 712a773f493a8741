-- Current memory undone: nothing is lost, the versions stay in memory_entries.
-- seed: 003 3. Memory Tables Deployment, namespace hierarchy

DROP TRIGGER current_memory_delete;

DROP TRIGGER current_memory_update;

DROP TRIGGER current_memory_same_key;

DROP TRIGGER current_memory_insert;

DROP VIEW current_memory;
