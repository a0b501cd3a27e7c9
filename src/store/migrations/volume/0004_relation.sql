-- Relations (关联): the case they were made on says it, with the number of the other alone, which may stand on
-- any shelf, of any year. Like everything said, a relation is never taken back.
CREATE TABLE relation(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  other INTEGER NOT NULL CHECK(other <> case_id),
  word TEXT NOT NULL CHECK(length(word) > 0),
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE(case_id, other, word),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
