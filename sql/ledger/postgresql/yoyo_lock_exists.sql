-- Lock of yoyo: whether its table is there.

SELECT to_regclass('yoyo_lock') IS NOT NULL AS is_there;
