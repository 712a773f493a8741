-- Tax: rounded, as the law has it.

CREATE OR REPLACE MACRO vat(price, rate := 0.19) AS round(price * rate, 2);
