-- Tasks that ordinary procedures ask for: to sign beside a step's holder (加签, 会签), to rest while time stands still
-- (暂停计时), to wait for another case. SQLite changes a CHECK only by a new table; foreign keys are off while a file
-- migrates, and checked before it commits.
CREATE TABLE task_0004(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  branch INTEGER REFERENCES branch(id),
  parent INTEGER REFERENCES task(id),
  -- engine::case::Purpose: a review or a re-handing inside a branch is no doing of the step
  purpose TEXT NOT NULL CHECK(purpose IN ('do','review','settle','read','extend','sign','pause','wait')),
  step TEXT NOT NULL,
  verb TEXT NOT NULL,
  holder INTEGER NOT NULL,
  holder_name TEXT NOT NULL,
  person INTEGER,
  given_by INTEGER,
  given_name TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('open','waiting','queued','done','returned','withdrawn','cancelled')),
  ord INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '',
  given_at INTEGER NOT NULL,
  seen_at INTEGER,
  done_at INTEGER,
  due_at INTEGER,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
INSERT INTO task_0004(id, shelf, rev, case_id, branch, parent, purpose, step, verb, holder, holder_name, person, given_by,
    given_name, state, ord, note, given_at, seen_at, done_at, due_at)
  SELECT id, shelf, rev, case_id, branch, parent, purpose, step, verb, holder, holder_name, person, given_by,
    given_name, state, ord, note, given_at, seen_at, done_at, due_at FROM task;
DROP TABLE task;
ALTER TABLE task_0004 RENAME TO task;
CREATE INDEX task_by_case ON task(case_id);
