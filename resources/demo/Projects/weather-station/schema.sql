-- Messwerte der Wetterstation. Zeitpunkte sind UTC im ISO-Format, damit sie sich als Text sortieren.

PRAGMA journal_mode = WAL;

CREATE TABLE IF NOT EXISTS reading (
    taken_at          TEXT PRIMARY KEY,
    temperature_c     REAL NOT NULL CHECK (temperature_c BETWEEN -40 AND 60),
    humidity_percent  REAL NOT NULL CHECK (humidity_percent BETWEEN 0 AND 100),
    pressure_hpa      REAL NOT NULL,
    wind_mps          REAL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS maintenance_visit (
    visited_on  TEXT NOT NULL,
    note        TEXT NOT NULL
);

-- Tageswerte: Minimum, Maximum und die stärkste Böe.
CREATE VIEW IF NOT EXISTS daily_extremes AS
SELECT date(taken_at)          AS day,
       min(temperature_c)      AS coldest,
       max(temperature_c)      AS warmest,
       round(avg(humidity_percent), 1) AS mean_humidity,
       max(wind_mps)           AS strongest_gust,
       count(*)                AS readings
FROM reading
GROUP BY day;

-- Frostnächte zählen, für den Garten.
CREATE VIEW IF NOT EXISTS frost_nights AS
SELECT strftime('%Y-%m', day) AS month,
       count(*)               AS nights
FROM daily_extremes
WHERE coldest < 0
GROUP BY month
ORDER BY month;

INSERT INTO maintenance_visit VALUES
    ('2023-11-04', 'Lager des Anemometers geölt, Kabelbinder ersetzt'),
    ('2024-02-23', 'Nach dem Sturm: Mast nachgezogen, Reedkontakt geprüft'),
    ('2024-06-15', 'Strahlungsschutz vom Blütenstaub gereinigt');
