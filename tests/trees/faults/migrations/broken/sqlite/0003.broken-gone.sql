-- Gone: customers live elsewhere now.
-- irreversible: nobody has the rows any more

DROP TABLE customers;
