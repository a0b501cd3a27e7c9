-- Self-protection: passwords of before, a second proof at the log-in, alarms.

-- Hashes of passwords a person had before the present one; the last five.
CREATE TABLE password_past(
  person INTEGER NOT NULL REFERENCES person(id),
  n INTEGER NOT NULL,
  password TEXT NOT NULL,
  PRIMARY KEY(person, n)
) STRICT, WITHOUT ROWID;
-- sealed: the secret, only readable with the data folder's key. used: the last step that opened, never to open again.
CREATE TABLE second_factor(
  person INTEGER PRIMARY KEY REFERENCES account(person),
  sealed BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  used INTEGER NOT NULL
) STRICT;
-- Spare codes not used yet, keyed with the data folder's key.
CREATE TABLE spare_code(
  person INTEGER NOT NULL REFERENCES account(person),
  digest BLOB NOT NULL CHECK(length(digest) = 32),
  PRIMARY KEY(person, digest)
) STRICT, WITHOUT ROWID;
-- What a rule found suspicious; told to who looks over shoulders, who says that it was looked at.
CREATE TABLE alarm(
  id INTEGER PRIMARY KEY,
  rule TEXT NOT NULL,
  who TEXT NOT NULL,
  address TEXT NOT NULL,
  words TEXT NOT NULL,
  at INTEGER NOT NULL,
  seen_by INTEGER,
  seen_at INTEGER
) STRICT;
CREATE INDEX alarm_open ON alarm(seen_at, id);
