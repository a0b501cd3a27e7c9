-- Who exists, who may enter, which volume holds which shelf, what is claimed across volumes.

CREATE TABLE setting(k TEXT PRIMARY KEY, v TEXT NOT NULL, rev INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID;

-- dept/year: the placement key; NULL means "any" (store/placement.rs).
CREATE TABLE volume(
  no INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  dept INTEGER,
  year INTEGER,
  state TEXT NOT NULL CHECK(state IN ('open','frozen','detached','broken')),
  made_at INTEGER NOT NULL
) STRICT;
-- volume: a cache of the owner rows in the volumes, which decide.
CREATE TABLE shelf(
  no INTEGER PRIMARY KEY CHECK(no BETWEEN 1 AND 65535),
  dept INTEGER NOT NULL,
  year INTEGER NOT NULL,
  volume INTEGER NOT NULL REFERENCES volume(no),
  UNIQUE(dept, year)
) STRICT;

-- Organ-wide numbers, and later rooms, vehicles, balances (README decision 4).
CREATE TABLE claim(
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  n INTEGER NOT NULL,
  shelf INTEGER NOT NULL,
  holder TEXT NOT NULL,
  case_id INTEGER,
  state TEXT NOT NULL CHECK(state IN ('reserved','bound','free','void')),
  reason TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  PRIMARY KEY(kind, key, n)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX claim_holder ON claim(kind, key, holder) WHERE state IN ('reserved','bound');
CREATE INDEX claim_free ON claim(kind, key, state, n);

-- Organs, departments and posts are never deleted: validity and a successor (README decision 3).
CREATE TABLE organ(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  codes TEXT NOT NULL CHECK(json_valid(codes)),
  valid_from TEXT NOT NULL,
  valid_until TEXT,
  successor INTEGER
) STRICT;
CREATE TABLE department(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  organ INTEGER NOT NULL REFERENCES organ(id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('office','leaders','department','village','hidden')),
  sort INTEGER NOT NULL,
  valid_from TEXT NOT NULL,
  valid_until TEXT,
  successor INTEGER,
  UNIQUE(organ, code)
) STRICT;
CREATE TABLE post(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  department INTEGER NOT NULL REFERENCES department(id),
  name TEXT NOT NULL,
  sort INTEGER NOT NULL,
  roles TEXT NOT NULL CHECK(json_valid(roles)),
  valid_from TEXT NOT NULL,
  valid_until TEXT,
  successor INTEGER
) STRICT;
-- Leaders in charge (分管).
CREATE TABLE charge(
  post INTEGER NOT NULL REFERENCES post(id),
  department INTEGER NOT NULL REFERENCES department(id),
  PRIMARY KEY(post, department)
) STRICT, WITHOUT ROWID;
CREATE TABLE person(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  name TEXT NOT NULL,
  full_key TEXT NOT NULL,
  initials TEXT NOT NULL,
  mobile TEXT,
  staff_no TEXT,
  sort INTEGER NOT NULL DEFAULT 0,
  valid_from TEXT NOT NULL,
  valid_until TEXT
) STRICT;
CREATE UNIQUE INDEX person_mobile ON person(mobile) WHERE mobile IS NOT NULL;
CREATE UNIQUE INDEX person_staff_no ON person(staff_no) WHERE staff_no IS NOT NULL;
CREATE TABLE holding(
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person(id),
  post INTEGER NOT NULL REFERENCES post(id),
  main INTEGER NOT NULL CHECK(main IN (0,1)),
  valid_from TEXT NOT NULL,
  valid_until TEXT
) STRICT;
CREATE INDEX holding_by_person ON holding(person);

CREATE TABLE account(
  person INTEGER PRIMARY KEY REFERENCES person(id),
  rev INTEGER NOT NULL DEFAULT 1,
  password TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('slip','active','disabled')),
  admin_roles TEXT NOT NULL CHECK(json_valid(admin_roles)),
  slip_until INTEGER,
  changed_at INTEGER NOT NULL,
  zoom INTEGER NOT NULL DEFAULT 1
) STRICT;
-- Tokens are kept as SM3 only: a stolen file holds no live session (S25).
CREATE TABLE session(
  token BLOB PRIMARY KEY CHECK(length(token) = 32),
  person INTEGER NOT NULL REFERENCES person(id),
  made_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  address TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_person ON session(person);
-- Refused requests, counted: who tried what, how often (README decision 17).
CREATE TABLE refusal(
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  address TEXT NOT NULL,
  what TEXT NOT NULL,
  times INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY(day, kind, who, address, what)
) STRICT, WITHOUT ROWID;
CREATE TABLE phrase(
  person INTEGER NOT NULL,
  text TEXT NOT NULL,
  sort INTEGER NOT NULL,
  PRIMARY KEY(person, text)
) STRICT, WITHOUT ROWID;
