-- Total: the larger of two.

CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4larger, STYPE = integer, INITCOND = '0');
