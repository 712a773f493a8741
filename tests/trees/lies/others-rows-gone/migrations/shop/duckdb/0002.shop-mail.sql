-- Mail: its settings.

INSERT INTO settings (name, value) VALUES ('mail_from', 'shop@example.org'), ('mail_to', 'clerk@example.org');
