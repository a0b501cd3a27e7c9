-- Where backups go. gone_at: the office uses it no more; its files stay where they are.
CREATE TABLE backup_place(
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  -- why the last attempt failed, since when; empty where it did not
  trouble TEXT NOT NULL DEFAULT '',
  trouble_since INTEGER,
  gone_at INTEGER
) STRICT;
CREATE UNIQUE INDEX backup_place_path ON backup_place(path) WHERE gone_at IS NULL;

-- One backup at one place. Only what stands here was made by this office, and only that is ever deleted.
CREATE TABLE backup(
  id INTEGER PRIMARY KEY,
  place INTEGER NOT NULL REFERENCES backup_place(id),
  file TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  -- good: opened again, checked and counted
  state TEXT NOT NULL CHECK(state IN ('good','bad','dropped')),
  words TEXT NOT NULL DEFAULT '',
  key TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  seconds INTEGER NOT NULL,
  cases INTEGER NOT NULL,
  files INTEGER NOT NULL,
  people INTEGER NOT NULL,
  -- packs and frozen volumes it needs, as JSON names
  needs TEXT NOT NULL CHECK(json_valid(needs)),
  UNIQUE(place, file)
) STRICT;
CREATE INDEX backup_by_time ON backup(place, made_at);

-- Attachments that are at a place already. digests: of the contents, 32 bytes each; none for a frozen volume.
CREATE TABLE backup_pack(
  place INTEGER NOT NULL REFERENCES backup_place(id),
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  digest BLOB NOT NULL CHECK(length(digest) = 32),
  key TEXT NOT NULL,
  digests BLOB NOT NULL CHECK(length(digests) % 32 = 0),
  PRIMARY KEY(place, name)
) STRICT;

-- Recovery keys by their printed number; the keys themselves are on paper only.
CREATE TABLE backup_key(
  number TEXT PRIMARY KEY,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  -- typed back from the printed sheet
  proved_by TEXT,
  proved_at INTEGER
) STRICT;

-- Restore drills, each a record to be printed.
CREATE TABLE backup_drill(
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  file TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  key TEXT NOT NULL,
  cases INTEGER NOT NULL,
  files INTEGER NOT NULL,
  people INTEGER NOT NULL,
  seconds INTEGER NOT NULL,
  good INTEGER NOT NULL CHECK(good IN (0,1)),
  words TEXT NOT NULL,
  seen_by TEXT NOT NULL DEFAULT '',
  seen_at INTEGER,
  CHECK((seen_at IS NULL) = (seen_by = ''))
) STRICT;

-- What a restored file no longer holds: numbers given out after the backup, cases the lists still knew, people who came
-- later. kind and key name the series of a number; shelf 0 where it is the whole office's.
CREATE TABLE backup_lost(
  id INTEGER PRIMARY KEY,
  what TEXT NOT NULL CHECK(what IN ('number','case','person')),
  shelf INTEGER NOT NULL,
  kind TEXT NOT NULL DEFAULT '',
  key TEXT NOT NULL DEFAULT '',
  year INTEGER NOT NULL DEFAULT 0,
  n INTEGER NOT NULL DEFAULT 0,
  words TEXT NOT NULL,
  found_at INTEGER NOT NULL,
  confirmed_by TEXT NOT NULL DEFAULT '',
  confirmed_at INTEGER,
  CHECK((confirmed_at IS NULL) = (confirmed_by = '')),
  CHECK((what = 'number') = (n > 0))
) STRICT;
CREATE UNIQUE INDEX backup_lost_once ON backup_lost(what, shelf, kind, key, year, n, words);
