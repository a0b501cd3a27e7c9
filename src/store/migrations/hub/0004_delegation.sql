-- 委托: a person's tasks go to another for a span of days, all of them or those of some procedures. Without a delegate it is
-- an absence for which the deputies (AB岗) of the person's posts stand in. Nothing is deleted: it is over by its last day,
-- or was ended before. cause: which case asked for it, so that an event carried twice writes one.
CREATE TABLE delegation(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  person INTEGER NOT NULL REFERENCES person(id),
  delegate INTEGER REFERENCES person(id),
  first TEXT NOT NULL,
  last TEXT NOT NULL,
  procedures TEXT NOT NULL DEFAULT '[]' CHECK(json_valid(procedures)),
  reason TEXT NOT NULL CHECK(length(reason) > 0),
  cause TEXT NOT NULL DEFAULT '',
  set_by INTEGER NOT NULL,
  set_at INTEGER NOT NULL,
  ended_by INTEGER,
  ended_at INTEGER,
  CHECK(first <= last),
  CHECK(delegate IS NOT person),
  CHECK((ended_by IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE INDEX delegation_by_person ON delegation(person);
CREATE UNIQUE INDEX delegation_by_cause ON delegation(cause) WHERE cause <> '';

-- Who stands in on a post while whoever fills it is away (B岗).
CREATE TABLE deputy(
  post INTEGER NOT NULL REFERENCES post(id),
  person INTEGER NOT NULL REFERENCES person(id),
  PRIMARY KEY(post, person)
) STRICT, WITHOUT ROWID;
