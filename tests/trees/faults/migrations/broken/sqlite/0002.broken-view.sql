-- View: names by length.

CREATE VIEW names AS
SELECT
    name,
    length(name) AS name_length
FROM customers;
