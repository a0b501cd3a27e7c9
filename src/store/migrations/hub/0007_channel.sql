-- Ways a short message goes out beside mail: robots of chat groups, an SMS gateway (inbox/channel). The address of a
-- robot is its password: it is sealed with the machine's key, as the secret is.
-- dept: whose alerts, 0 is the whole office. since: what was said up to this alert is not its matter.
-- trouble: why nothing can be sent now; next_at: not tried before.
CREATE TABLE channel(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  kind TEXT NOT NULL CHECK(kind IN ('wecom','dingtalk','feishu','sms')),
  name TEXT NOT NULL CHECK(length(name) > 0),
  dept INTEGER NOT NULL,
  address BLOB NOT NULL,
  secret BLOB,
  keyword TEXT NOT NULL,
  body TEXT NOT NULL,
  expects TEXT NOT NULL,
  authority TEXT NOT NULL,
  titles INTEGER NOT NULL CHECK(titles IN (0,1)),
  on_now INTEGER NOT NULL CHECK(on_now IN (0,1)),
  since INTEGER NOT NULL,
  trouble TEXT NOT NULL DEFAULT '',
  trouble_since INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What went out, or waits: one message that waits for each channel and person (0: the whole group). upto: the last alert
-- in it. A message that was on its way when the power went is sent again: twice is better than never.
CREATE TABLE push(
  id INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL REFERENCES channel(id),
  person INTEGER NOT NULL,
  words TEXT NOT NULL,
  upto INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('queued','sent','failed')),
  tries INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  answer TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX push_open ON push(channel, person) WHERE state = 'queued';
CREATE INDEX push_upto ON push(channel, person, upto);
ALTER TABLE alert_choice ADD COLUMN sms INTEGER NOT NULL DEFAULT 0 CHECK(sms IN (0,1));
