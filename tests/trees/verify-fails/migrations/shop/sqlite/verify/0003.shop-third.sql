-- Third verified: never.

SELECT missing_column AS subject, 'x' AS problem FROM third;
