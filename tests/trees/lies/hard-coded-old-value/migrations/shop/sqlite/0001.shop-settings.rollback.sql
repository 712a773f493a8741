-- Settings taken back: the table.
-- loses: settings (every row)

DROP TABLE settings;
