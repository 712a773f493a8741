-- Mail taken back: its index.

DROP INDEX orders_mail_idx;
