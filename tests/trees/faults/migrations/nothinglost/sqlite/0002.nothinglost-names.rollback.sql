-- Names: taken back.
-- loses: customers

DROP INDEX customers_name_idx;
