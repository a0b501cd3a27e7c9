-- Things of the office that one case at a time may have (会议室、车辆), as its own list.
CREATE TABLE resource(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  kind TEXT NOT NULL CHECK(length(kind) > 0),
  name TEXT NOT NULL CHECK(length(name) > 0),
  note TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK(state IN ('on','off')),
  UNIQUE(kind, name)
) STRICT;
-- Days a person has in a year (年休假), in tenths of a day: half days are taken too.
CREATE TABLE balance(
  kind TEXT NOT NULL CHECK(length(kind) > 0),
  person INTEGER NOT NULL,
  year INTEGER NOT NULL CHECK(year BETWEEN 2000 AND 2199),
  tenths INTEGER NOT NULL CHECK(tenths BETWEEN 0 AND 3660),
  note TEXT NOT NULL DEFAULT '',
  set_by TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  PRIMARY KEY(kind, person, year)
) STRICT, WITHOUT ROWID;
-- Claims of a thing for a time, and of days of a balance. The volume's half (claim_span_bound) decides; this one keeps two
-- cases from taking the same, whichever volumes they stand in. n grows with the clock, so that a restored hub repeats none.
CREATE TABLE claim_span(
  n INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  tenths INTEGER NOT NULL CHECK(tenths >= 0),
  shelf INTEGER NOT NULL,
  case_id INTEGER,
  claim TEXT NOT NULL,
  who TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('reserved','held','free')),
  at INTEGER NOT NULL,
  CHECK(until >= since)
) STRICT;
CREATE INDEX claim_span_by_key ON claim_span(kind, key, until);
CREATE INDEX claim_span_reserved ON claim_span(n) WHERE state = 'reserved';
