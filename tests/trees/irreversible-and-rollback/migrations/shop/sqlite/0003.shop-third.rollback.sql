-- Third taken back: its table.

DROP TABLE third;
