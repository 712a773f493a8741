-- Third taken back: its table.

DROP TABLE third;

DROP TABLE third_2;
