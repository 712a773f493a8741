-- Addresses: what they are called on the forms.

ALTER TABLE orders RENAME COLUMN bill_to TO payer;

ALTER TABLE orders RENAME COLUMN ship_to TO receiver;
