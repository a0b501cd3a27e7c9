-- Who runs the file of a department that has one of its own: given by an administrator, ends with the row.
CREATE TABLE dept_admin(
  dept INTEGER NOT NULL REFERENCES department(id),
  person INTEGER NOT NULL REFERENCES person(id),
  given_by TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  PRIMARY KEY(dept, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX dept_admin_by_person ON dept_admin(person);

-- Departments whose titles and texts stand in no list of the office (README decision 6).
CREATE TABLE confidential(
  dept INTEGER PRIMARY KEY REFERENCES department(id),
  set_by TEXT NOT NULL,
  set_at INTEGER NOT NULL
) STRICT;
