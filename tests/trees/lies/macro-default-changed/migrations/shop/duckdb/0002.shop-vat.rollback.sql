-- Tax taken back: not rounded.

CREATE OR REPLACE MACRO vat(price, rate := 0.16) AS price * rate;
