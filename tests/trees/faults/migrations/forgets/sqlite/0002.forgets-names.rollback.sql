-- Names: taken back.

DROP INDEX customers_full_name_idx;
