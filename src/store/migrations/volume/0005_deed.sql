-- What was done to a case's official document: signed, sealed, issued, received. Written once.
CREATE TABLE deed(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  what TEXT NOT NULL CHECK(what IN ('signed','sealed','unsealed','issued','received')),
  -- SM3 of the text it was done to
  text BLOB NOT NULL CHECK(length(text) = 32),
  data TEXT NOT NULL CHECK(json_valid(data)),
  person INTEGER,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX deed_by_case ON deed(case_id, id);

-- Every version of an official document's text, in order; the first is the one the case began with. Written once.
CREATE TABLE writing(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  field TEXT NOT NULL,
  n INTEGER NOT NULL CHECK(n >= 1),
  text TEXT NOT NULL,
  -- at which step, by whom, of which department: the colour of the difference
  step TEXT NOT NULL,
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  dept_name TEXT NOT NULL,
  acting_name TEXT,
  at INTEGER NOT NULL,
  UNIQUE(case_id, field, n),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;

-- Handwriting with finger, pen or mouse: vectors with pressure and time, on a version's page or in an opinion box.
CREATE TABLE handwriting(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  -- the version of the text it stands on, and its page; 0 and 0 where it stands in an opinion's box
  version INTEGER NOT NULL CHECK(version >= 0),
  page INTEGER NOT NULL CHECK(page >= 0),
  -- the opinion it belongs to, where it is one
  opinion INTEGER,
  strokes TEXT NOT NULL CHECK(json_valid(strokes)),
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  dept_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX handwriting_by_case ON handwriting(case_id, id);
CREATE TRIGGER deed_fixed BEFORE UPDATE ON deed BEGIN SELECT raise(ABORT, 'deed is append-only'); END;
CREATE TRIGGER deed_kept BEFORE DELETE ON deed
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'deed is append-only'); END;
CREATE TRIGGER writing_fixed BEFORE UPDATE ON writing BEGIN SELECT raise(ABORT, 'writing is append-only'); END;
CREATE TRIGGER writing_kept BEFORE DELETE ON writing
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'writing is append-only'); END;
CREATE TRIGGER handwriting_fixed BEFORE UPDATE ON handwriting BEGIN SELECT raise(ABORT, 'handwriting is append-only'); END;
CREATE TRIGGER handwriting_kept BEFORE DELETE ON handwriting
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'handwriting is append-only'); END;
