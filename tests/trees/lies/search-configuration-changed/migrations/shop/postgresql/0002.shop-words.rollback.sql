-- Words taken back: their stems.

ALTER TEXT SEARCH CONFIGURATION shop_words ALTER MAPPING FOR asciiword WITH german_stem;
