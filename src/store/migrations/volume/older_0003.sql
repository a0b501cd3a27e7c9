-- What a volume of schema 3 lacks for being read as one of schema 4.
CREATE TEMP TABLE talk(id INTEGER, shelf INTEGER, case_id INTEGER, person INTEGER, name TEXT, dept_name TEXT, text TEXT,
  at INTEGER);
CREATE TEMP VIEW cases AS SELECT *, CAST('' AS TEXT) AS outcome FROM main.cases;
CREATE TEMP TABLE relation(id INTEGER, shelf INTEGER, case_id INTEGER, other INTEGER, word TEXT, person INTEGER,
  name TEXT, at INTEGER);
CREATE TEMP TABLE child(id INTEGER, shelf INTEGER, rev INTEGER, case_id INTEGER, wait INTEGER, procedure TEXT, label TEXT,
  fields TEXT, starter INTEGER, at INTEGER, made INTEGER, title TEXT, line TEXT, ended INTEGER);
CREATE TEMP TABLE child_of(id INTEGER, shelf INTEGER, case_id INTEGER, parent INTEGER, child INTEGER, title TEXT);
CREATE TEMP TABLE claim_span_bound(n INTEGER, shelf INTEGER, kind TEXT, key TEXT, since INTEGER, until INTEGER,
  tenths INTEGER, case_id INTEGER, claim TEXT, who TEXT, state TEXT, at INTEGER);
