-- First orders taken back: their numbers are not given again.
-- loses: orders (the two of the trial)

DELETE FROM orders WHERE note = 'trial';
