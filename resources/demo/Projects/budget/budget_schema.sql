-- The household budget. Money is an integer number of cents.

CREATE TABLE IF NOT EXISTS booking (
    fingerprint  TEXT PRIMARY KEY,
    booked_on    TEXT NOT NULL,
    cents        INTEGER NOT NULL,
    payee        TEXT NOT NULL,
    purpose      TEXT NOT NULL DEFAULT '',
    category     TEXT NOT NULL DEFAULT 'unsorted'
);

CREATE INDEX IF NOT EXISTS booking_by_month ON booking (substr(booked_on, 1, 7), category);

CREATE TABLE IF NOT EXISTS monthly_limit (
    category  TEXT PRIMARY KEY,
    cents     INTEGER NOT NULL CHECK (cents > 0)
);

-- Categories that went over their limit, worst first.
CREATE VIEW IF NOT EXISTS overspent_categories AS
SELECT substr(b.booked_on, 1, 7)              AS month,
       b.category,
       -sum(b.cents) / 100.0                  AS spent,
       l.cents / 100.0                        AS allowed,
       (-sum(b.cents) - l.cents) / 100.0      AS too_much
FROM booking AS b
JOIN monthly_limit AS l USING (category)
WHERE b.cents < 0
GROUP BY month, b.category
HAVING -sum(b.cents) > l.cents
ORDER BY too_much DESC;

-- The running balance, day by day.
CREATE VIEW IF NOT EXISTS running_balance AS
SELECT booked_on,
       sum(sum(cents)) OVER (ORDER BY booked_on) / 100.0 AS balance
FROM booking
GROUP BY booked_on;

CREATE TABLE IF NOT EXISTS savings_goal (
    name        TEXT PRIMARY KEY,
    target      INTEGER NOT NULL CHECK (target > 0),
    wanted_by   TEXT
);

INSERT OR IGNORE INTO monthly_limit VALUES
    ('groceries', 45000), ('eating out', 12000), ('transport', 9000), ('leisure', 8000);

INSERT OR IGNORE INTO savings_goal VALUES
    ('cargo bicycle', 280000, '2025-04-01'), ('new boiler', 650000, NULL);
