-- Integrity: the file is whole, every index agrees with its table, and no row breaks a constraint of today.
-- seed: 001 Next Steps, Operations; Quality Metrics, Security; 003 4. Integrity Validation

-- Rows that were written while a constraint was weaker, or ignored, come out here too: SQLite evaluates every NOT NULL,
-- UNIQUE and CHECK again. It reads the whole database, which takes half a minute at a million receipts.
SELECT
    'database' AS subject,
    p.integrity_check AS problem
FROM pragma_integrity_check AS p
WHERE p.integrity_check <> 'ok';
