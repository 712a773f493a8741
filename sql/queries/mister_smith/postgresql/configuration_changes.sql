-- Changes of a setting: what it was before, who changed it and why.
-- seed: 004 Complete SQL DDL Specifications, Configuration Schema
-- params: id (the setting)
-- uses: configuration_history_configuration_id_idx

SELECT
    h.created_at,
    h.old_value,
    h.new_value,
    h.changed_by,
    h.change_reason
FROM configuration_history AS h
WHERE h.configuration_id = cast($id AS uuid)
ORDER BY h.created_at DESC;
