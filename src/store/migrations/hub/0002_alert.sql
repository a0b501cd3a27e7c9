-- Which outboxes lasting effects were made from, and how far (store/follower.rs).
CREATE TABLE follower(name TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE followed(
  name TEXT NOT NULL REFERENCES follower(name),
  volume TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY(name, volume)
) STRICT, WITHOUT ROWID;

-- One mail to one person; its text is made when it is sent, from the alerts in it.
-- handed: a server may have taken it, so its lines are fixed and its Message-ID tells a repeat.
CREATE TABLE mail(
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL,
  address TEXT NOT NULL,
  message_id TEXT NOT NULL UNIQUE,
  subject TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK(state IN ('queued','sending','sent','failed','dropped')),
  handed INTEGER NOT NULL DEFAULT 0 CHECK(handed IN (0,1)),
  tries INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL,
  answer TEXT NOT NULL DEFAULT '',
  made_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
-- While the server is away everything new goes into the one mail that waits.
CREATE UNIQUE INDEX mail_open ON mail(person) WHERE state IN ('queued','sending') AND handed = 0;
CREATE INDEX mail_next ON mail(next_at) WHERE state IN ('queued','sending');

-- Who was told what, when. source, epoch and seq name the event (or the rule and the task it is about).
-- by_mail: nobody asked for mail, to go with the next mail, in a mail, done before any mail went.
CREATE TABLE alert(
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  person INTEGER NOT NULL,
  what TEXT NOT NULL,
  kind TEXT NOT NULL,
  case_id INTEGER NOT NULL,
  task INTEGER,
  title TEXT NOT NULL,
  number TEXT NOT NULL,
  words TEXT NOT NULL,
  level INTEGER NOT NULL CHECK(level IN (0,1,2)),
  hot INTEGER NOT NULL CHECK(hot IN (0,1)),
  made_at INTEGER NOT NULL,
  over_at INTEGER,
  by_mail TEXT NOT NULL CHECK(by_mail IN ('no','due','in','dropped')),
  mail INTEGER REFERENCES mail(id),
  UNIQUE(source, epoch, seq, person, what),
  CHECK((by_mail = 'in') = (mail IS NOT NULL) OR by_mail = 'dropped')
) STRICT;
CREATE INDEX alert_by_person ON alert(person, id);
CREATE INDEX alert_by_task ON alert(task) WHERE task IS NOT NULL AND over_at IS NULL;
CREATE INDEX alert_due ON alert(person) WHERE by_mail = 'due';
CREATE INDEX alert_by_mail ON alert(mail) WHERE mail IS NOT NULL;

-- digests: minutes of the day as a JSON array.
CREATE TABLE alert_choice(
  person INTEGER PRIMARY KEY REFERENCES person(id),
  rev INTEGER NOT NULL DEFAULT 1,
  mail INTEGER NOT NULL CHECK(mail IN (0,1)),
  address TEXT NOT NULL,
  digests TEXT NOT NULL CHECK(json_valid(digests)),
  at_once INTEGER NOT NULL CHECK(at_once IN (0,1)),
  quiet_from INTEGER NOT NULL,
  quiet_until INTEGER NOT NULL,
  rest_days INTEGER NOT NULL CHECK(rest_days IN (0,1)),
  sound INTEGER NOT NULL CHECK(sound IN (0,1))
) STRICT;

-- The office's mail server. secret: the password, sealed with the machine's key (inbox/secret.rs).
-- trouble: why nothing can be sent at all now; next_at: not asked again before.
CREATE TABLE mail_server(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  rev INTEGER NOT NULL DEFAULT 1,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  security TEXT NOT NULL CHECK(security IN ('starttls','tls','none')),
  login TEXT NOT NULL,
  secret BLOB,
  authority TEXT NOT NULL,
  sender TEXT NOT NULL,
  base TEXT NOT NULL,
  on_now INTEGER NOT NULL CHECK(on_now IN (0,1)),
  trouble TEXT NOT NULL DEFAULT '',
  trouble_since INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0
) STRICT;
