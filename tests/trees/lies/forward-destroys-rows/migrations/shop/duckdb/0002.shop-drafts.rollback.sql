-- Drafts taken back: the carriers that came with it.
-- loses: carriers (every row)

DROP TABLE carriers;
