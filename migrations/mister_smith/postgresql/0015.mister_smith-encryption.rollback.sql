-- Encryption undone: what was encrypted stays so; keep the key, and pgp_sym_decrypt of pgcrypto reads it.
-- seed: 004 Security Considerations, Encryption

DROP FUNCTION decrypt_sensitive_data(text);

DROP FUNCTION encrypt_sensitive_data(text);

DROP FUNCTION encryption_key();

-- The extension goes when this family made it and nothing else uses it; the server refuses otherwise.
DO $$
BEGIN
    PERFORM 1
    FROM pg_extension AS e
    WHERE e.extname = 'pgcrypto' AND obj_description(e.oid, 'pg_extension') = 'made by rung for mister_smith';
    IF FOUND THEN
        BEGIN
            DROP EXTENSION pgcrypto;
        EXCEPTION
            WHEN dependent_objects_still_exist OR insufficient_privilege THEN
                RAISE NOTICE 'extension pgcrypto stays: %', sqlerrm;
        END;
    END IF;
    PERFORM 1
    FROM pg_namespace AS n
    WHERE
        n.nspname = 'mister_smith_extensions'
        AND obj_description(n.oid, 'pg_namespace') = 'made by rung for mister_smith';
    IF FOUND THEN
        BEGIN
            DROP SCHEMA mister_smith_extensions;
        EXCEPTION
            WHEN dependent_objects_still_exist OR insufficient_privilege THEN
                RAISE NOTICE 'schema mister_smith_extensions stays: %', sqlerrm;
        END;
    END IF;
END;
$$;
