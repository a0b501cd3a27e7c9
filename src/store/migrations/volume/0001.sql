-- The truth of cases. Every table here but procedure_version is a shelf table (store/tables.rs).

-- A volume stands alone: the procedure texts its cases run under travel in it (README decision 5).
CREATE TABLE procedure_version(
  procedure TEXT NOT NULL,
  version TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY(procedure, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE cases(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  procedure TEXT NOT NULL,
  version TEXT NOT NULL,
  organ INTEGER NOT NULL,
  dept INTEGER NOT NULL,
  year INTEGER NOT NULL,
  title TEXT NOT NULL,
  number TEXT,
  urgency TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('open','closed','archived','void')),
  step TEXT NOT NULL,
  visit INTEGER NOT NULL,
  starter INTEGER NOT NULL,
  starter_name TEXT NOT NULL,
  form TEXT NOT NULL CHECK(json_valid(form)),
  due_at INTEGER,
  opened_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  closed_at INTEGER,
  archived_at INTEGER,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX cases_by_shelf ON cases(shelf, id);

-- Rows of table fields (README decision 6).
CREATE TABLE table_row(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  field TEXT NOT NULL,
  n INTEGER NOT NULL,
  data TEXT NOT NULL CHECK(json_valid(data)),
  UNIQUE(case_id, field, n),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;

CREATE TABLE branch(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  step TEXT NOT NULL,
  visit INTEGER NOT NULL,
  part TEXT NOT NULL CHECK(part IN ('whole','principal','assist')),
  dept INTEGER,
  dept_name TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('open','done','cancelled')),
  due_at INTEGER,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX branch_by_case ON branch(case_id);

-- The holder stack of a branch is its chain of tasks: parent is the task of whoever gave it.
CREATE TABLE task(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  branch INTEGER REFERENCES branch(id),
  parent INTEGER REFERENCES task(id),
  -- engine::case::Purpose: a review or a re-handing inside a branch is no doing of the step
  purpose TEXT NOT NULL CHECK(purpose IN ('do','review','settle','read')),
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
CREATE INDEX task_by_case ON task(case_id);

-- What people wrote. One chain a case, with the names as they were.
CREATE TABLE opinion(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  branch INTEGER,
  task INTEGER,
  box TEXT NOT NULL,
  text TEXT NOT NULL,
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  post_name TEXT NOT NULL,
  dept_name TEXT NOT NULL,
  acting_for INTEGER,
  acting_name TEXT,
  at INTEGER NOT NULL,
  chain BLOB NOT NULL CHECK(length(chain) = 32),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX opinion_by_case ON opinion(case_id);
CREATE TRIGGER opinion_fixed BEFORE UPDATE ON opinion BEGIN SELECT raise(ABORT, 'opinions are append-only'); END;
CREATE TRIGGER opinion_kept BEFORE DELETE ON opinion
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'opinions are append-only'); END;

-- Who did what, when, to which field. n counts from 1 in each case; one chain a case.
CREATE TABLE ledger(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  n INTEGER NOT NULL,
  branch INTEGER,
  task INTEGER,
  move TEXT NOT NULL,
  step TEXT NOT NULL,
  to_step TEXT,
  defined TEXT NOT NULL,
  person INTEGER,
  name TEXT NOT NULL,
  post_name TEXT NOT NULL,
  dept_name TEXT NOT NULL,
  acting_for INTEGER,
  acting_name TEXT,
  received_at INTEGER,
  opened_at INTEGER,
  at INTEGER NOT NULL,
  detail TEXT NOT NULL CHECK(json_valid(detail)),
  chain BLOB NOT NULL CHECK(length(chain) = 32),
  UNIQUE(case_id, n),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE TRIGGER ledger_fixed BEFORE UPDATE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_kept BEFORE DELETE ON ledger
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

-- Who may see (README decision 7): written in the case's own transaction.
CREATE TABLE grants(
  case_id INTEGER NOT NULL REFERENCES cases(id),
  principal INTEGER NOT NULL,
  shelf INTEGER NOT NULL,
  step TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY(case_id, principal)
) STRICT, WITHOUT ROWID;

-- Series whose scope is the department. Gap-free: taken in the transaction that uses the number.
CREATE TABLE series(
  shelf INTEGER NOT NULL,
  key TEXT NOT NULL,
  year INTEGER NOT NULL,
  next INTEGER NOT NULL CHECK(next >= 1),
  PRIMARY KEY(shelf, key, year)
) STRICT, WITHOUT ROWID;
CREATE TABLE series_number(
  shelf INTEGER NOT NULL,
  key TEXT NOT NULL,
  year INTEGER NOT NULL,
  n INTEGER NOT NULL CHECK(n >= 1),
  case_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('bound','void')),
  reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(shelf, key, year, n)
) STRICT, WITHOUT ROWID;

-- The volume's half of a hub claim: what start-up repair asks (storage.md §8 rule 2).
CREATE TABLE claim_bound(
  shelf INTEGER NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  n INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  PRIMARY KEY(kind, key, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  person INTEGER NOT NULL,
  procedure TEXT NOT NULL,
  task INTEGER,
  form TEXT NOT NULL CHECK(json_valid(form)),
  at INTEGER NOT NULL,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE UNIQUE INDEX draft_of_task ON draft(person, task) WHERE task IS NOT NULL;
CREATE INDEX draft_by_person ON draft(person, at);

-- References to blobs in the attachment file. owner: the case, or the draft before there is a case.
CREATE TABLE attachment(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  owner INTEGER NOT NULL,
  field TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL CHECK(size >= 0),
  digest BLOB NOT NULL CHECK(length(digest) = 32),
  kind TEXT NOT NULL,
  person INTEGER NOT NULL,
  person_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('kept','removed')),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX attachment_by_owner ON attachment(owner);
