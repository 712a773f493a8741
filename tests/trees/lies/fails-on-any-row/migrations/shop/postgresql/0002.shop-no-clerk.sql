-- No clerk: the shop runs by itself.

ALTER TABLE orders DROP COLUMN clerk;
