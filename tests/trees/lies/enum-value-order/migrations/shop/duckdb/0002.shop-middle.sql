-- Middle: an urgency more.

ALTER TABLE orders ALTER COLUMN urgency TYPE VARCHAR;

DROP TYPE urgency;

CREATE TYPE urgency AS ENUM ('low', 'middle', 'high');

ALTER TABLE orders ALTER COLUMN urgency TYPE urgency;
