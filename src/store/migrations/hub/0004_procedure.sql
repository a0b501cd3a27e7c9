-- Procedures (事项) the office made or changed, beside those that ship. A published version never changes: cases that began
-- under it carry the same text in their own volume. `follows` marks the day the office took the program's own text again.
CREATE TABLE procedure_text(
  procedure TEXT NOT NULL,
  n INTEGER NOT NULL CHECK (n > 0),
  version TEXT NOT NULL CHECK (length(version) = 64),
  text TEXT NOT NULL,
  follows INTEGER NOT NULL CHECK (follows IN (0, 1)),
  beside TEXT NOT NULL,
  note TEXT NOT NULL,
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(procedure, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER procedure_text_stays BEFORE UPDATE ON procedure_text
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END;
CREATE TRIGGER procedure_text_is_kept BEFORE DELETE ON procedure_text
BEGIN SELECT RAISE(ABORT, 'a published version is kept'); END;

-- What somebody is working on; one a procedure, so that two people cannot publish past each other.
CREATE TABLE procedure_draft(
  procedure TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  rev INTEGER NOT NULL CHECK (rev > 0),
  based_on TEXT,
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Switched off nobody starts it; cases under way and registers stay. `kept` is the shipped version the office looked at and
-- did not take.
CREATE TABLE procedure_setting(
  procedure TEXT PRIMARY KEY,
  rev INTEGER NOT NULL CHECK (rev > 0),
  is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  heading TEXT NOT NULL,
  sort INTEGER NOT NULL,
  kept TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whom a procedure is authorised to: departments, posts and people as principals, or a role.
CREATE TABLE procedure_right(
  procedure TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('start', 'see', 'design')),
  principal INTEGER NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY(procedure, kind, principal, role),
  CHECK ((principal = 0) <> (role = ''))
) STRICT, WITHOUT ROWID;

-- Who may make and change procedures, beside the system administrator.
CREATE TABLE designer(
  person INTEGER PRIMARY KEY REFERENCES person(id),
  given_by TEXT NOT NULL,
  given_at INTEGER NOT NULL
) STRICT;
