-- The volume's half of a claim of a thing for a time, or of days of a balance: written, given back and counted again in the
-- case's own transactions. The hub's row follows it, at once or at the next start.
CREATE TABLE claim_span_bound(
  n INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  tenths INTEGER NOT NULL CHECK(tenths >= 0),
  case_id INTEGER NOT NULL REFERENCES cases(id),
  claim TEXT NOT NULL,
  who TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('held','free')),
  at INTEGER NOT NULL,
  CHECK(until >= since),
  CHECK(((case_id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX claim_span_bound_by_case ON claim_span_bound(case_id);
