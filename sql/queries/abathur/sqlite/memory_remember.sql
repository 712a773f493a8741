-- Memory, written: the first version of a key, or the next one.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- params: namespace (the namespace), key (the key), value (what to remember as JSON),
--   memory_type (semantic | episodic | procedural), agent (who remembers)
-- writes: yes

INSERT INTO current_memory (namespace, key, value, memory_type, created_by)
VALUES (:namespace, :key, :value, :memory_type, :agent);
