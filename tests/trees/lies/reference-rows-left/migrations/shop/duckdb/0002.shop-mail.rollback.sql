-- Mail taken back: its settings.
-- loses: settings (those of the mail)

DELETE FROM settings WHERE name = 'mail_from';
