-- Configurations undone: settings, their history and feature flags go.
-- seed: 004 Complete SQL DDL Specifications, Configuration Schema
-- loses: configurations, configuration_history, feature_flags (every row)

DROP TABLE feature_flags;

DROP TABLE configurations;

DROP FUNCTION record_configuration_change();

DROP TABLE configuration_history;
