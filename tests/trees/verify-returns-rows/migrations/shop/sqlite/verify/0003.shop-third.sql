-- Third verified: never.

SELECT 'third' AS subject, 'is not what it should be' AS problem;
