-- Records of the four-property check (四性检测, DA/T 70-2018): of a year before it is filed, and of packages. Kept as they were.
CREATE TABLE archive_check(
  id INTEGER PRIMARY KEY,
  organ INTEGER NOT NULL,
  -- 'year' before filing, 'package' of what was made here, 'brought' of a file that somebody brought
  what TEXT NOT NULL CHECK(what IN ('year','package','brought')),
  about TEXT NOT NULL,
  -- how many of its checks found something wrong
  wrong INTEGER NOT NULL CHECK(wrong >= 0),
  data TEXT NOT NULL CHECK(json_valid(data)),
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX archive_check_of_organ ON archive_check(organ, id);
CREATE TRIGGER archive_check_fixed BEFORE UPDATE ON archive_check BEGIN SELECT raise(ABORT, 'a record of a check is kept as it was'); END;
CREATE TRIGGER archive_check_kept BEFORE DELETE ON archive_check BEGIN SELECT raise(ABORT, 'a record of a check is kept'); END;
