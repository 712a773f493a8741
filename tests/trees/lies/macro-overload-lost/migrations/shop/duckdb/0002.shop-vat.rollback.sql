-- Tax taken back: not rounded.

CREATE OR REPLACE MACRO vat(price) AS price * 0.19;
