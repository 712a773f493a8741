-- Whose session: the user of a session that is still good.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: token (the token as the browser sent it)
-- uses: idx_user_sessions_token

SELECT
    s.id,
    s.user_id,
    s.expires_at
FROM user_sessions AS s
WHERE
    s.session_token = encode(sha256(convert_to($token, 'UTF8')), 'hex')
    AND s.is_active
    AND s.expires_at > now();
