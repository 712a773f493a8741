-- Credits: amounts below nothing.

ALTER DOMAIN amount DROP CONSTRAINT amount_check;
