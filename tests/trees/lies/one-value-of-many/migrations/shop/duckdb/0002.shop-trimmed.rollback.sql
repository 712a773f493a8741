-- Trimmed taken back: the words that came with it.
-- loses: words (every row)

DROP TABLE words;
