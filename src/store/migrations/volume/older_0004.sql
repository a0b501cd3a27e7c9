-- What a volume of schema 4 lacks for being read as one of schema 5.
CREATE TEMP TABLE deed(id INTEGER, shelf INTEGER, case_id INTEGER, what TEXT, text BLOB, data TEXT, person INTEGER,
  name TEXT, at INTEGER);
CREATE TEMP TABLE writing(id INTEGER, shelf INTEGER, case_id INTEGER, field TEXT, n INTEGER, text TEXT, step TEXT,
  person INTEGER, name TEXT, dept_name TEXT, acting_name TEXT, at INTEGER);
CREATE TEMP TABLE handwriting(id INTEGER, shelf INTEGER, case_id INTEGER, version INTEGER, page INTEGER, opinion INTEGER,
  strokes TEXT, person INTEGER, name TEXT, dept_name TEXT, at INTEGER);
CREATE TEMP TABLE archive_card(id INTEGER, shelf INTEGER, rev INTEGER, organ INTEGER, case_id INTEGER, words TEXT, term TEXT,
  office TEXT, state TEXT, joined INTEGER, class TEXT, n INTEGER, number TEXT, box INTEGER);
CREATE TEMP TABLE archive_event(id INTEGER, shelf INTEGER, card INTEGER, what TEXT, batch TEXT, data TEXT, person INTEGER,
  name TEXT, at INTEGER);
