-- Whose key: the owner of an API key that is still good.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: api_key (the key as the caller sent it)
-- uses: idx_api_keys_hash

-- The key is hashed here as it was before it was stored: encode(sha256(…), 'hex').
SELECT
    k.id,
    k.agent_id,
    k.user_id,
    k.permissions
FROM api_keys AS k
WHERE
    k.key_hash = encode(sha256(convert_to($api_key, 'UTF8')), 'hex')
    AND k.is_active
    AND (k.expires_at IS NULL OR k.expires_at > now());
