-- Ledger versions: yoyo's and rung's, to refuse a ledger that a newer one wrote.

SELECT
    (SELECT max(version) FROM _yoyo_version) AS yoyo_version,
    (SELECT max(version) FROM _rung_version) AS rung_version;
