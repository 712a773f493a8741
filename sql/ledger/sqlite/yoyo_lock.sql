-- Lock of yoyo: the row that a run of yoyo keeps while it works, if there is one; killed, it leaves it there for good.

SELECT pid
FROM yoyo_lock;
