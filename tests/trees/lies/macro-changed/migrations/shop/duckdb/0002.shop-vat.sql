-- Tax: rounded, as the law has it.

CREATE OR REPLACE MACRO vat(price) AS round(price * 0.19, 2);
