-- Which shelf is to stand in which other volume. The owner rows of the two volumes decide how far it is; this row says
-- that it is wanted, who asked, and what the page shows.
CREATE TABLE relocation(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL REFERENCES shelf(no),
  from_volume INTEGER NOT NULL REFERENCES volume(no),
  to_volume INTEGER NOT NULL REFERENCES volume(no),
  state TEXT NOT NULL CHECK(state IN ('waiting','copying','switched','done','cancelled','failed')),
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  rows_done INTEGER NOT NULL DEFAULT 0,
  rows_total INTEGER NOT NULL DEFAULT 0,
  -- why it failed or was put off, for the administrator
  words TEXT NOT NULL DEFAULT '',
  ended_at INTEGER,
  CHECK(from_volume <> to_volume)
) STRICT;
CREATE UNIQUE INDEX relocation_open ON relocation(shelf) WHERE state IN ('waiting','copying','switched');
