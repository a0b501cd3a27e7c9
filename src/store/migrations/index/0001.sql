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
  -- who gave it, how urgent it is, when the office wants a word before the end
  given_by INTEGER,
  level INTEGER NOT NULL,
  warn INTEGER NOT NULL,
  covered INTEGER NOT NULL CHECK(covered IN (0, 1)),
  -- id of the procedure: whoever stands in for somebody may do so in some procedures only
  of TEXT NOT NULL,
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

-- In the order of a register: one principal's newest cases of a year are one walk of the key.
-- place: the step from which on the principal may follow where the case is.
CREATE TABLE case_access(
  principal INTEGER NOT NULL,
  register INTEGER NOT NULL DEFAULT 0,
  year INTEGER NOT NULL DEFAULT 0,
  case_id INTEGER NOT NULL,
  place INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(principal, register, year, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_access_by_case ON case_access(case_id, principal, place);

-- By what a document that came twice is known (kit::same makes the keys); nothing of void cases.
CREATE TABLE known(
  case_id INTEGER PRIMARY KEY,
  organ INTEGER NOT NULL,
  issuer TEXT NOT NULL,
  issuer_key TEXT NOT NULL,
  number_key TEXT NOT NULL,
  title_key TEXT NOT NULL
) STRICT;
CREATE INDEX known_by_number ON known(number_key, issuer_key) WHERE number_key <> '';
CREATE INDEX known_by_title ON known(title_key, issuer_key) WHERE title_key <> '';

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

-- How a case went, for statistics: the month it began, whether anything in it had a deadline, whether one was
-- missed by what is done, and the earliest deadline of what is at hand.
CREATE TABLE measure(
  case_id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  year INTEGER NOT NULL,
  month INTEGER NOT NULL CHECK(month BETWEEN 1 AND 12),
  procedure TEXT NOT NULL,
  state TEXT NOT NULL,
  timed INTEGER NOT NULL CHECK(timed IN (0,1)),
  late INTEGER NOT NULL CHECK(late IN (0,1)),
  due_at INTEGER
) STRICT;

-- Each piece of work of the main lane, done or at hand: at which step, by which department as it was called
-- that day (empty while it is at hand), from when to when. place: of the step in its procedure.
CREATE TABLE spent(
  task_id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL,
  step TEXT NOT NULL,
  place INTEGER NOT NULL,
  dept TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  done_at INTEGER,
  due_at INTEGER
) STRICT;
CREATE INDEX spent_by_case ON spent(case_id);

-- Supervised matters (督办) as their page lists them. progress: a JSON array of day, who and words, newest first.
CREATE TABLE supervised(
  case_id INTEGER PRIMARY KEY,
  matter TEXT NOT NULL,
  source TEXT NOT NULL,
  principal TEXT NOT NULL,
  assisting TEXT NOT NULL,
  due_on TEXT NOT NULL,
  told_at INTEGER,
  progress TEXT NOT NULL CHECK(json_valid(progress)),
  proof INTEGER NOT NULL CHECK(proof IN (0,1))
) STRICT;

-- Relations between cases, as the case says it that they were made on; the other one may be anywhere.
CREATE TABLE related(
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL,
  other INTEGER NOT NULL,
  word TEXT NOT NULL,
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- taken back, by whom and why; nothing where it stands
  gone_at INTEGER,
  gone_name TEXT,
  gone_why TEXT
) STRICT;
CREATE INDEX related_by_case ON related(case_id);
CREATE INDEX related_by_other ON related(other);
