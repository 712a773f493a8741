-- Statements that drop, on a scratch database, the tables ($tables) and the roles ($roles) of two JSON lists of names;
-- a role with whatever is its or granted to it here.

SELECT format('DROP TABLE %I', t.name) AS statement
FROM jsonb_array_elements_text(cast($tables AS jsonb)) AS t (name)
UNION ALL
SELECT format('DROP OWNED BY %I; DROP ROLE %I', r.name, r.name)
FROM jsonb_array_elements_text(cast($roles AS jsonb)) AS r (name);
