-- Third verified: the table has its column and its index.

SELECT
    'third.id' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info('third') AS c WHERE c.name = 'id');

SELECT
    'third_id_idx' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM pragma_index_list('third') AS i WHERE i.name = 'third_id_idx');
