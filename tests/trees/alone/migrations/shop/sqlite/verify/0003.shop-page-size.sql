-- Page size verified: nothing to look at.

SELECT 'page size' AS subject, 'is zero' AS problem FROM pragma_page_size WHERE page_size = 0;
