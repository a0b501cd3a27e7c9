-- In whose name documents go out (发文字头). Never deleted, only switched off: a document keeps its head.
CREATE TABLE letterhead(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL,
  organ INTEGER NOT NULL,
  -- 机关代字, and the series it numbers in: 砚政发
  code TEXT NOT NULL,
  -- 发文机关标志 as printed: 砚田镇人民政府文件
  mark TEXT NOT NULL,
  -- 发文机关署名: 砚田镇人民政府
  signature TEXT NOT NULL,
  form TEXT NOT NULL CHECK(form IN ('ordinary','letter','order','minutes')),
  -- the department that has it printed: 砚田镇党政综合办公室
  printer TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('on','off')),
  UNIQUE(organ, code)
) STRICT;
