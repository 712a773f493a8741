-- Archon's migrations: the register in which every migration of Archon enters itself, this one too.
-- seed: 002 8. Database Verification; Technical Notes, Migration File Issues Fixed
-- differs: the original takes the register for granted; where there is none it is made, for its owner alone
-- depends: 0001.archon-sync-history
-- adopts: archon_migrations

-- The unique constraint has a name that PostgreSQL would not give it: by that the verify file knows the register that
-- this step made from one that was there.
CREATE TABLE archon_migrations (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    version varchar(20) NOT NULL,
    migration_name varchar(255) NOT NULL,
    applied_at timestamptz DEFAULT now(),
    checksum varchar(32),
    CONSTRAINT archon_migrations_pkey PRIMARY KEY (id),
    CONSTRAINT archon_migrations_registered_once_key UNIQUE (version, migration_name)
);

-- Supabase gives every new table to its three roles. What may be done with the register of a real Archon is its affair.
REVOKE ALL ON archon_migrations FROM public, anon, authenticated, service_role;
