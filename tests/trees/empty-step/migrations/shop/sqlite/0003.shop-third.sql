-- Third: a table more.

-- nothing yet
