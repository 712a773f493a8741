-- Lock of yoyo: gone, because the run that left it is. What `yoyo break-lock` does.

DELETE FROM yoyo_lock;
