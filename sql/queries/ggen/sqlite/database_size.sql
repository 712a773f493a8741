-- Database size: how far the file is from the 500 MB at which the seed wants it archived.
-- seed: 001 Risk Assessment, Medium Risk; Technical Specifications, Schema Size

SELECT
    n.page_count * s.page_size AS file_bytes,
    f.freelist_count * s.page_size AS free_bytes,
    round((n.page_count - f.freelist_count) * s.page_size / 5000000.0, 2) AS percent_of_threshold,
    iif(
        (n.page_count - f.freelist_count) * s.page_size >= 500000000,
        'archive: run archive_copy, archive_delete, vacuum',
        'nothing to do'
    ) AS advice
FROM pragma_page_count AS n
CROSS JOIN pragma_page_size AS s
CROSS JOIN pragma_freelist_count AS f;
