-- Mail taken back: the domains.
-- loses: mail_domains (every row)

DROP TABLE mail_domains;
