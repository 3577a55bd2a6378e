CREATE TABLE runs (
    run_id     INTEGER PRIMARY KEY,  -- given out in ascending order, but not always in the order of started_at
    commit_sha TEXT NOT NULL,
    branch     TEXT NOT NULL,
    started_at TEXT NOT NULL         -- UTC, 'YYYY-MM-DD HH:MM:SS'
);

CREATE TABLE results (
    run_id  INTEGER NOT NULL REFERENCES runs (run_id),
    test    TEXT NOT NULL,
    attempt INTEGER NOT NULL,        -- from 1; a test is tried again within a run after an attempt that did not pass
    outcome TEXT NOT NULL,           -- 'pass', 'fail', 'error' or 'skip'
    PRIMARY KEY (run_id, test, attempt)
);

CREATE TABLE quarantine (
    test       TEXT NOT NULL,        -- one test may have several rows
    from_time  TEXT NOT NULL,        -- 'YYYY-MM-DD HH:MM:SS'
    until_time TEXT                  -- NULL: until further notice
);
