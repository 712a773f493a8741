-- View: names by length.

CREATE VIEW names AS
SELECT
    full_name,
    length(full_name) AS name_length
FROM customers;
