-- Third verified: never.

-- nothing yet
