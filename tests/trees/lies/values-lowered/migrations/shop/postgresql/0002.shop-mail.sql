-- Mail: addresses in lower case, so that they can be found.

UPDATE orders SET mail = lower(mail);

CREATE INDEX orders_mail_idx ON orders (mail);
