-- Procedures the calendar begins cases of (按时发起), as somebody of the office switched them on: from which day on.
CREATE TABLE schedule(
  procedure TEXT PRIMARY KEY,
  since TEXT NOT NULL CHECK(since LIKE '____-__-__'),
  person INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- What was begun so: one case a procedure, period and post. Written after the case, which is unique by the same words.
CREATE TABLE schedule_run(
  procedure TEXT NOT NULL,
  period TEXT NOT NULL,
  post INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(procedure, period, post)
) STRICT, WITHOUT ROWID;
