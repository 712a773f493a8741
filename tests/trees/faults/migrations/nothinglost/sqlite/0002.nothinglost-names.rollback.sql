-- Names: taken back.
-- loses: customers

DROP INDEX customers_full_name_idx;
