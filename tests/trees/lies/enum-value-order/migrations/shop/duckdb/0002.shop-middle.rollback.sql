-- Middle taken back: the two that there were.

UPDATE orders SET urgency = 'low' WHERE urgency = 'middle';

ALTER TABLE orders ALTER COLUMN urgency TYPE VARCHAR;

DROP TYPE urgency;

CREATE TYPE urgency AS ENUM ('high', 'low');

ALTER TABLE orders ALTER COLUMN urgency TYPE urgency;
