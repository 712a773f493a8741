-- Lock of yoyo: its table, as yoyo makes it, so that a first yoyo waits for a first rung.

CREATE TABLE IF NOT EXISTS yoyo_lock (
    locked integer DEFAULT 1,
    ctime timestamp,
    pid integer NOT NULL,
    PRIMARY KEY (locked)
);
