-- Offices we exchange documents with (公文交换). A key is believed once a person has compared its fingerprint.
CREATE TABLE partner(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL,
  organ INTEGER NOT NULL,
  name TEXT NOT NULL CHECK(length(name) > 0),
  key BLOB CHECK(length(key) = 65),
  confirmed_by TEXT NOT NULL,
  confirmed_at INTEGER,
  note TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('on','off')),
  UNIQUE(organ, name),
  CHECK((key IS NULL) = (confirmed_at IS NULL))
) STRICT;
