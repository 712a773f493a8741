-- Mail: addresses in lower case, so that they can be found.

UPDATE orders SET mail = lower(mail);

CREATE TABLE mail_domains (
    domain VARCHAR NOT NULL
);
