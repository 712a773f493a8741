-- Rows: a few for the drill.

INSERT INTO settings (name, value) VALUES ('currency', 'EUR'), ('page_size', '15');
