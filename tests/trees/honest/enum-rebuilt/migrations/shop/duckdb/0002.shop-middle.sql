-- Middle: an urgency more.

DROP TYPE urgency;

CREATE TYPE urgency AS ENUM ('low', 'middle', 'high');

ALTER TABLE orders ALTER COLUMN urgency TYPE urgency;
