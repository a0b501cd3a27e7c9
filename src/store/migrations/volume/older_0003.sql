-- What a volume of schema 3 lacks for being read as one of schema 4.
CREATE TEMP TABLE talk(id INTEGER, shelf INTEGER, case_id INTEGER, person INTEGER, name TEXT, dept_name TEXT, text TEXT,
  at INTEGER);
CREATE TEMP TABLE claim_span_bound(n INTEGER, shelf INTEGER, kind TEXT, key TEXT, since INTEGER, until INTEGER,
  tenths INTEGER, case_id INTEGER, claim TEXT, who TEXT, state TEXT, at INTEGER);
