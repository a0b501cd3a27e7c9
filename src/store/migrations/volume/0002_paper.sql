-- What somebody wrote on paper and another hand entered (README decision 16). The words stand in opinion, the act in
-- ledger, whose detail says the same inside its chain; here stand the day, the photograph and what its writer says of it.
CREATE TABLE paper_opinion(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  ledger INTEGER NOT NULL REFERENCES ledger(id),
  -- none where somebody only signed that he has read
  opinion INTEGER REFERENCES opinion(id),
  task INTEGER NOT NULL REFERENCES task(id),
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  entered_by INTEGER NOT NULL,
  entered_name TEXT NOT NULL,
  said_on TEXT NOT NULL CHECK(said_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  photo INTEGER REFERENCES attachment(id),
  no_photo TEXT NOT NULL,
  at INTEGER NOT NULL,
  CHECK((photo IS NULL) = (no_photo <> '')),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX paper_opinion_by_case ON paper_opinion(case_id);
CREATE TRIGGER paper_opinion_fixed BEFORE UPDATE ON paper_opinion
  BEGIN SELECT raise(ABORT, 'paper opinions are append-only'); END;
CREATE TRIGGER paper_opinion_kept BEFORE DELETE ON paper_opinion
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'paper opinions are append-only'); END;

-- 无误 or 有异议, in the writer's own words. One chain a case.
CREATE TABLE paper_reply(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  paper INTEGER NOT NULL REFERENCES paper_opinion(id),
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  agrees INTEGER NOT NULL CHECK(agrees IN (0,1)),
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  chain BLOB NOT NULL CHECK(length(chain) = 32),
  CHECK(agrees = 1 OR text <> ''),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX paper_reply_by_case ON paper_reply(case_id);
CREATE TRIGGER paper_reply_fixed BEFORE UPDATE ON paper_reply
  BEGIN SELECT raise(ABORT, 'replies are append-only'); END;
CREATE TRIGGER paper_reply_kept BEFORE DELETE ON paper_reply
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'replies are append-only'); END;
