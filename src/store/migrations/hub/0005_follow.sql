-- Who follows which case (关注): one's own wish, begun and ended at will. It gives no right to see the case.
CREATE TABLE case_follow(
  person INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY(person, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_follow_by_case ON case_follow(case_id, person);
