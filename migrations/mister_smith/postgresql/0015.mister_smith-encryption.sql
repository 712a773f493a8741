-- Encryption: a value is encrypted before it is stored, with a key that the database never stores.
-- seed: 004 Security Considerations, Encryption
-- differs: the seed's functions fail on every call; AES-256 in OpenPGP's format, which notices a wrong key and a
--   changed byte; a missing or short key is refused; they run with the rights of the caller, where the seed's let any
--   role act as their owner
-- depends: 0011.mister_smith-access
-- requires: extension pgcrypto

-- In a schema of its own, because other copies of the family use it too. One that is there already, wherever, is used.
DO $$
BEGIN
    PERFORM 1 FROM pg_extension AS e WHERE e.extname = 'pgcrypto';
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM 1 FROM pg_namespace AS n WHERE n.nspname = 'mister_smith_extensions';
    IF NOT FOUND THEN
        CREATE SCHEMA mister_smith_extensions;
        COMMENT ON SCHEMA mister_smith_extensions IS 'made by rung for mister_smith';
    END IF;
    CREATE EXTENSION pgcrypto SCHEMA mister_smith_extensions;
    COMMENT ON EXTENSION pgcrypto IS 'made by rung for mister_smith';
END;
$$;

SELECT set_config('search_path', format('%I, pg_temp', current_schema()), TRUE);

-- The key comes as a parameter: SELECT set_config('app.encryption_key', $1, true). In a SET it would be part of the
-- statement, which logs and pg_stat_statements keep.
CREATE FUNCTION encryption_key() RETURNS text
LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT
AS $$
DECLARE
    key CONSTANT text := coalesce(current_setting('app.encryption_key', TRUE), '');
BEGIN
    IF octet_length(key) < 16 THEN
        RAISE EXCEPTION 'app.encryption_key is %',
            CASE key WHEN '' THEN 'not set' ELSE 'shorter than 16 bytes' END
        USING
            ERRCODE = 'invalid_parameter_value',
            HINT = 'SELECT set_config(''app.encryption_key'', $1, TRUE) in the same transaction, with the key as $1';
    END IF;
    RETURN key;
END;
$$;

-- Bound to the functions of pgcrypto when they are made, wherever it is: no path is searched at a call.
SELECT set_config('search_path', format('%I, %I, pg_temp', current_schema(), n.nspname), TRUE)
FROM pg_extension AS e
INNER JOIN pg_namespace AS n ON e.extnamespace = n.oid
WHERE e.extname = 'pgcrypto';

CREATE FUNCTION encrypt_sensitive_data(data text) RETURNS text
LANGUAGE sql STRICT
RETURN encode(pgp_sym_encrypt(data, encryption_key(), 'cipher-algo=aes256'), 'base64');

CREATE FUNCTION decrypt_sensitive_data(encrypted_data text) RETURNS text
LANGUAGE sql STRICT
RETURN pgp_sym_decrypt(decode(encrypted_data, 'base64'), encryption_key());

REVOKE ALL ON FUNCTION encryption_key(), encrypt_sensitive_data(text), decrypt_sensitive_data(text) FROM public;

GRANT EXECUTE ON FUNCTION encryption_key(), encrypt_sensitive_data(text), decrypt_sensitive_data(text)
TO application_user, agent_user, mister_smith_admin;
