-- Side talk (旁议): what people of a case say to each other beside it. It moves nothing, is printed nowhere and stands in
-- no opinion box; like everything said, it is never taken back.
CREATE TABLE talk(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  dept_name TEXT NOT NULL,
  text TEXT NOT NULL CHECK(length(text) > 0),
  at INTEGER NOT NULL,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX talk_by_case ON talk(case_id);
