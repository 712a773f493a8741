-- Page size: the screens are larger.

UPDATE settings SET value = '20' WHERE name = 'page_size';
