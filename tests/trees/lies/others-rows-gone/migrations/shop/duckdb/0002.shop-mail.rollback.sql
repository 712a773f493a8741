-- Mail taken back: the settings.

DELETE FROM settings;
