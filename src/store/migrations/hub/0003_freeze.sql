-- A volume closed for good: who asked, how far it is, what was sealed, and where it lies when it is carried off.
CREATE TABLE sealing(
  volume INTEGER PRIMARY KEY REFERENCES volume(no),
  state TEXT NOT NULL CHECK(state IN ('going','sealed','failed')),
  asked_by TEXT NOT NULL,
  asked_name TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  -- names of office and departments as they are on that day
  names TEXT NOT NULL CHECK(json_valid(names)),
  -- why it failed
  words TEXT NOT NULL DEFAULT '',
  manifest TEXT CHECK(manifest IS NULL OR json_valid(manifest)),
  -- what the disk is called, and the path it had
  label TEXT NOT NULL DEFAULT '',
  place TEXT NOT NULL DEFAULT '',
  carried_at INTEGER,
  CHECK((state = 'sealed') = (manifest IS NOT NULL))
) STRICT;

-- Sealed volumes of other offices, looked at where they lie.
CREATE TABLE beside(
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  path TEXT NOT NULL,
  office TEXT NOT NULL,
  year INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;
