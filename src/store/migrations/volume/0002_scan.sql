-- Pages the scanner left in its folder, on the standing shelf of the records office. A row is written before
-- its file is moved away, so a power cut leaves the file to be seen again, never lost; the digest tells.
CREATE TABLE scan(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL CHECK(size >= 0),
  digest BLOB CHECK(length(digest) = 32),
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('waiting','taken','dropped','refused')),
  -- why it was refused, or deleted
  reason TEXT NOT NULL DEFAULT '',
  person INTEGER,
  person_name TEXT NOT NULL DEFAULT '',
  -- the draft it was put into
  draft INTEGER,
  changed_at INTEGER NOT NULL,
  CHECK((state = 'refused') = (digest IS NULL)),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE UNIQUE INDEX scan_by_digest ON scan(shelf, digest) WHERE digest IS NOT NULL;
CREATE INDEX scan_by_state ON scan(shelf, state, id);
CREATE INDEX scan_by_draft ON scan(draft) WHERE draft IS NOT NULL;
