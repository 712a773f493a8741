-- Flags that are on: by name.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- uses: idx_feature_flags_enabled

SELECT
    f.name,
    f.conditions,
    f.rollout_percentage
FROM feature_flags AS f
WHERE f.is_enabled
ORDER BY f.name ASC;
