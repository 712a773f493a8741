-- Middle taken back: the two that there were; refused while one is in use.

DROP TYPE urgency;

CREATE TYPE urgency AS ENUM ('low', 'high');

ALTER TABLE orders ALTER COLUMN urgency TYPE urgency;
