-- What a volume of schema 3 lacks for being read as one of schema 4.
CREATE TEMP TABLE talk(id INTEGER, shelf INTEGER, case_id INTEGER, person INTEGER, name TEXT, dept_name TEXT, text TEXT,
  at INTEGER);
CREATE TEMP VIEW cases AS SELECT *, CAST('' AS TEXT) AS outcome FROM main.cases;
