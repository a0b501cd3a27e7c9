-- Claims of this volume's cases that count no more (作废). The hub's row follows this one, at once or at the
-- next start; such a number is never taken again and never freed.
CREATE TABLE claim_void(
  shelf INTEGER NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  n INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(kind, key, n),
  CHECK(((case_id >> 6) & 65535) = shelf)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_void_by_case ON claim_void(case_id);
CREATE TRIGGER claim_void_fixed BEFORE UPDATE ON claim_void BEGIN SELECT raise(ABORT, 'a void number stays void'); END;
CREATE TRIGGER claim_void_kept BEFORE DELETE ON claim_void
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'a void number stays void'); END;
