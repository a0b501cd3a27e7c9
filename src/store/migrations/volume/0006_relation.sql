-- A relation that was wrong is taken back with a reason, and may be made again: nothing said is deleted, and the newest
-- turn says how it stands.
CREATE TABLE relation_turn(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  relation INTEGER NOT NULL REFERENCES relation(id),
  case_id INTEGER NOT NULL REFERENCES cases(id),
  back INTEGER NOT NULL CHECK(back IN (0, 1)),
  why TEXT NOT NULL CHECK((back = 1) = (length(why) > 0)),
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX relation_turn_by_relation ON relation_turn(relation);
