-- Usual ways of looking at a list (常用查法): one's own, or shared with the office (owner 0).
CREATE TABLE list_view(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  list TEXT NOT NULL,
  owner INTEGER NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  made_by INTEGER NOT NULL,
  made_by_name TEXT NOT NULL,
  UNIQUE(list, owner, name)
) STRICT;
