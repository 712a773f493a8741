-- First orders: two of the shop's own, to try it.

INSERT INTO orders (status, note) VALUES ('paid', 'trial'), ('sent', 'trial');
