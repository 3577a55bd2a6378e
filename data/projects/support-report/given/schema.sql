CREATE TABLE teams (
    team_id INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    active  INTEGER NOT NULL          -- 1 or 0
);

CREATE TABLE tickets (
    ticket_id INTEGER PRIMARY KEY,
    team_id   INTEGER NOT NULL REFERENCES teams (team_id),
    priority  TEXT,                   -- NULL until somebody has set it
    opened_at TEXT NOT NULL           -- 'YYYY-MM-DD HH:MM:SS'
);

CREATE TABLE replies (
    reply_id  INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES tickets (ticket_id),
    author    TEXT NOT NULL,          -- 'agent' or 'customer'
    sent_at   TEXT NOT NULL           -- 'YYYY-MM-DD HH:MM:SS', never before the ticket's opened_at
);

CREATE TABLE targets (
    priority TEXT PRIMARY KEY,
    minutes  INTEGER NOT NULL         -- an agent should have replied within this many minutes
);

CREATE TABLE month (                  -- exactly one row: the month of the report
    first_day TEXT NOT NULL,          -- 'YYYY-MM-DD'
    last_day  TEXT NOT NULL           -- 'YYYY-MM-DD'
);
