-- Everything here can be dropped and made again from the volumes.
CREATE TABLE applied(
  volume TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  chain BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- From which definitions generated tables were made.
CREATE TABLE made(k TEXT PRIMARY KEY, v TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE todo(
  principal INTEGER NOT NULL,
  task_id INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  shelf INTEGER NOT NULL,
  procedure TEXT NOT NULL,
  purpose TEXT NOT NULL,
  verb TEXT NOT NULL,
  title TEXT NOT NULL,
  number TEXT,
  urgency TEXT NOT NULL,
  brief TEXT NOT NULL,
  from_name TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  seen_at INTEGER,
  due_at INTEGER,
  -- how often it was urged and by whom with which words last; how far the readers are
  urges INTEGER NOT NULL,
  urged TEXT NOT NULL,
  reading TEXT NOT NULL,
  PRIMARY KEY(principal, rank, given_at, task_id)
) STRICT, WITHOUT ROWID;
-- Keys alone: counting and sorting a person's list reads ten times fewer pages than the rows themselves.
CREATE INDEX todo_by_holder ON todo(principal, rank, given_at, task_id);
CREATE INDEX todo_by_case ON todo(case_id);

CREATE TABLE case_list(
  case_id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  organ INTEGER NOT NULL,
  dept INTEGER NOT NULL,
  year INTEGER NOT NULL,
  procedure TEXT NOT NULL,
  procedure_name TEXT NOT NULL,
  title TEXT NOT NULL,
  number TEXT,
  urgency TEXT NOT NULL,
  state TEXT NOT NULL,
  step_name TEXT NOT NULL,
  held_by TEXT NOT NULL,
  starter INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  due_at INTEGER,
  closed_at INTEGER
) STRICT;

CREATE TABLE case_access(
  principal INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  PRIMARY KEY(principal, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_access_by_case ON case_access(case_id);

-- What a person had a hand in, newest first: 我经手, 我发起, 已办.
CREATE TABLE hand(
  person INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  open INTEGER NOT NULL CHECK(open IN (0,1)),
  started INTEGER NOT NULL CHECK(started IN (0,1)),
  PRIMARY KEY(person, open, last_at, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hand_by_case ON hand(case_id);

-- Opinions entered from paper that their writer has not answered yet.
CREATE TABLE paper_waiting(
  person INTEGER NOT NULL,
  paper INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  shelf INTEGER NOT NULL,
  title TEXT NOT NULL,
  entered_name TEXT NOT NULL,
  said_on TEXT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY(person, paper)
) STRICT, WITHOUT ROWID;
CREATE INDEX paper_waiting_by_case ON paper_waiting(case_id);
