-- Rows: a few for the drill.

INSERT INTO "Order Lines" ("select", "naïve.Nämé", "with ""quotes""", "order%s", "a b.c")
VALUES (1, 'a', 'b', 'c', 'd'), (2, NULL, '', 'c;d', NULL);
