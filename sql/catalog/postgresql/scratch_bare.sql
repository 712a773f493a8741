-- Statement that makes a scratch database ($name) with nothing in it, where there is no original to be like.

SELECT format('CREATE DATABASE %I TEMPLATE template0', cast($name AS text)) AS statement;
