-- How an organ keeps its archive (档案): its fonds, the codes of its offices, and its table of retention.
CREATE TABLE archive_fonds(
  organ INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL,
  -- 全宗号 given by the archive that takes the files in: Z109
  fonds TEXT NOT NULL,
  -- 档案馆名称
  home TEXT NOT NULL,
  -- 年度—机构—保管期限, or 年度—保管期限—机构 (DA/T 22-2015, 5)
  arrangement TEXT NOT NULL CHECK(arrangement IN ('office_first','term_first'))
) STRICT;
-- 机构（问题）代码; none: its cards stand under the code of the office.
CREATE TABLE archive_office(
  dept INTEGER PRIMARY KEY,
  code TEXT NOT NULL
) STRICT;
-- 文书档案保管期限表 as the organ wrote it; the program's own where there is no row. The first that fits counts.
CREATE TABLE archive_rule(
  organ INTEGER NOT NULL,
  n INTEGER NOT NULL CHECK(n >= 1),
  data TEXT NOT NULL CHECK(json_valid(data)),
  PRIMARY KEY(organ, n)
) STRICT, WITHOUT ROWID;
