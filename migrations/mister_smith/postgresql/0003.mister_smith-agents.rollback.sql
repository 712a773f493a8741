-- Agents undone: the framework has nothing to orchestrate.
-- seed: 004 Complete SQL DDL Specifications, Agent Management Schema
-- loses: agents, agent_instances, agent_capabilities, agent_dependencies, agent_connections (every row)

DROP TABLE agent_connections;

DROP TABLE agent_dependencies;

DROP FUNCTION refuse_dependency_cycle();

DROP TABLE agent_capabilities;

DROP TABLE agent_instances;

DROP TABLE agents;
