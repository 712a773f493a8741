-- Orders by status taken back: its index.

DROP INDEX orders_status_note_idx;
