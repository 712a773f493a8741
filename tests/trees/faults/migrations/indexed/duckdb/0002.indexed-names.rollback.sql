-- Names: taken back.

DROP INDEX customers_name_idx;
