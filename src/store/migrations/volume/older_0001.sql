-- What a volume of schema 1 lacks for being read as one of schema 2: empty tables in its place, for one
-- connection. The file itself is never touched.
CREATE TEMP TABLE claim_void(shelf INTEGER, kind TEXT, key TEXT, n INTEGER, case_id INTEGER, reason TEXT, at INTEGER);
CREATE TEMP TABLE imported(case_id INTEGER, shelf INTEGER, file TEXT, line INTEGER, digest BLOB, extra TEXT);
CREATE TEMP TABLE number_floor(shelf INTEGER, key TEXT, year INTEGER, n INTEGER);
CREATE TEMP TABLE paper_opinion(id INTEGER, shelf INTEGER, case_id INTEGER, ledger INTEGER, opinion INTEGER, task INTEGER,
  person INTEGER, name TEXT, entered_by INTEGER, entered_name TEXT, said_on TEXT, photo INTEGER, no_photo TEXT, at INTEGER);
CREATE TEMP TABLE paper_reply(id INTEGER, shelf INTEGER, case_id INTEGER, paper INTEGER, person INTEGER, name TEXT,
  agrees INTEGER, text TEXT, at INTEGER, chain BLOB);
CREATE TEMP TABLE scan(id INTEGER, shelf INTEGER, rev INTEGER, name TEXT, size INTEGER, digest BLOB, kind TEXT, at INTEGER,
  state TEXT, reason TEXT, person INTEGER, person_name TEXT, draft INTEGER, changed_at INTEGER);
