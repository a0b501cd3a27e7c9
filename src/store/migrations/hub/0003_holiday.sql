-- Years whose holidays the office took from the State Council's notice, in place of the built-in or reckoned ones.
CREATE TABLE holiday_year(
  year INTEGER PRIMARY KEY CHECK(year BETWEEN 2000 AND 2199),
  rev INTEGER NOT NULL DEFAULT 1,
  arrangement TEXT NOT NULL CHECK(json_valid(arrangement)),
  kept_by TEXT NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT;
