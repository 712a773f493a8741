-- View: taken back.

DROP VIEW names;
