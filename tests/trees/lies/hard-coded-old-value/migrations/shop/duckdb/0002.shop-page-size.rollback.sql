-- Page size taken back: what it always was.

UPDATE settings SET value = '10' WHERE name = 'page_size';
