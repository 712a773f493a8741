-- Credits taken back: never below minus one.

ALTER DOMAIN amount ADD CONSTRAINT amount_check CHECK (VALUE >= -1);
