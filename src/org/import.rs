//! People from Excel (U45): [`check`] says what each row would do, the page shows it, [`apply`] does it in
//! one hub write. The same sheet again updates instead of doubling; nobody is removed by being absent.
//! Not for reading files (`kit::sheet`), nor for what a row means (`import_match.rs`).
//!
//! Decision 2026-11-28: a preview keeps nothing on the server; the sheet travels in the form
//! ([`to_text`], [`of_text`]) and is checked again when confirmed, against the directory of that moment.

use super::edit::{self, CHANGED, Hold, PersonDraft, PostDraft};
use super::edit_people as people;
use super::import_match::Matcher;
use super::import_rows::{self, Sheet};
use super::model::{Person, Seen, Weight};
use super::store::{self, must_be};
use super::{Directory, Role};
use crate::kit::{Cell, Day, DeptId, Error, OrganId, PersonId, PostId, Result, Table, sheet, text};
use crate::store::Write;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

pub use super::import_rows::{COLUMNS, Column, ERROR_HEADING, of_text, to_text};

/// Whom a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whom {
    /// Somebody of the directory.
    Known(Seen<PersonId>),
    /// Somebody new; rows of one person share the number.
    New(usize),
}

/// Which post a row gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seat {
    /// One that exists.
    Open(PostId),
    /// One that is made; rows of one post share the key.
    New {
        key: usize,
        dept: DeptId,
        name: String,
        sort: i64,
        roles: Vec<Role>,
    },
}

/// A row that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Good {
    /// Row of the sheet as Excel numbers it.
    pub line: usize,
    pub whom: Whom,
    pub name: String,
    pub mobile: Option<String>,
    pub staff_no: Option<String>,
    pub dept: Option<DeptId>,
    pub post_name: String,
    /// None: only the person's numbers are updated.
    pub seat: Option<Seat>,
    /// Departments in charge of; none: as they are.
    pub charges: Option<Vec<DeptId>>,
    /// As the note says; none: the first row is the main post.
    pub weight: Option<Weight>,
    /// What the preview should point out.
    pub notes: Vec<String>,
}

/// A row that cannot be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    pub line: usize,
    pub name: String,
    pub errors: Vec<String>,
}

impl Bad {
    pub(super) fn new(line: usize, name: &str, errors: Vec<String>) -> Self {
        Self {
            line,
            name: name.to_owned(),
            errors,
        }
    }
}

/// A sheet looked through.
#[derive(Debug, Clone)]
pub struct Checked {
    pub good: Vec<Good>,
    pub bad: Vec<Bad>,
    cells: Vec<Vec<Cell>>,
    sheet: Sheet,
}

/// What happens to a sheet with bad rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnBad {
    /// 全部改好再导入.
    Refuse,
    /// 跳过有错的行.
    Skip,
}

/// What happens to posts of the sheet's people that the sheet does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// 保留.
    Keep,
    /// 到昨天为止.
    End,
}

/// How to import.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    pub on_bad: OnBad,
    pub others: Others,
    /// First day of what is made.
    pub from: Day,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// New people, who need a slip.
    pub added: Vec<PersonId>,
    /// People in whom something changed.
    pub updated: usize,
    pub unchanged: usize,
    pub posts_made: usize,
    pub skipped: usize,
}

/// Looks a sheet of one organ's people through. Fails only where no header is found.
pub fn check(cells: Vec<Vec<Cell>>, directory: &Directory, organ: OrganId) -> Result<Checked> {
    let sheet = import_rows::read(&cells)?;
    let (good, bad) = Matcher::new(directory, organ).run(&sheet.rows);
    if good.is_empty() && bad.is_empty() {
        let why = "表里没有人员：请在表头下面一人一行填写，再上传";
        return Err(Error::invalid("file", why));
    }
    Ok(Checked {
        good,
        bad,
        cells,
        sheet,
    })
}

impl Checked {
    /// How many different people the good rows are about.
    #[must_use]
    pub fn people(&self) -> usize {
        by_person(&self.good).len()
    }

    /// The sheet as text for the confirming form.
    #[must_use]
    pub fn to_text(&self) -> String {
        to_text(&self.cells)
    }

    /// The sheet as it came, with the column 错误.
    #[must_use]
    pub fn returned(&self) -> Table {
        let errors: HashMap<usize, String> = self
            .bad
            .iter()
            .map(|b| (b.line, b.errors.join("；")))
            .collect();
        let kept = |row: &[Cell]| -> Vec<Cell> {
            let columns = self.sheet.columns.iter();
            (0..)
                .zip(columns)
                .filter(|(_, c)| **c != Some(Column::Error))
                .map(|(i, _): (usize, _)| row.get(i).cloned().unwrap_or_default())
                .collect()
        };
        let mut lines = self.cells.iter();
        // rows above the header come back as they were, so that row numbers in sentences stay right
        let notes = lines.by_ref().take(self.sheet.header);
        let notes = notes.map(|row| to_text(std::slice::from_ref(row)));
        let notes = notes.map(|line| text::one_line(&line)).collect();
        let header = lines.next().map(|row| kept(row)).unwrap_or_default();
        let mut headers: Vec<String> = header.iter().map(Cell::text).collect();
        headers.push(ERROR_HEADING.to_owned());
        let rows = (self.sheet.header + 2..).zip(lines).map(|(line, row)| {
            let mut row = kept(row);
            let error = errors.get(&line).map_or("", String::as_str);
            row.push(Cell::of_text(error));
            row
        });
        Table {
            sheet_name: "人员（有错误）".to_owned(),
            headers,
            rows: rows.collect(),
            widths: Vec::new(),
            notes,
        }
    }

    /// [`Self::returned`] as a file.
    pub fn returned_file(&self) -> Result<Vec<u8>> {
        sheet::write_table(&self.returned())
    }
}

/// Does what was checked, in one write: all of it or nothing.
pub fn apply(w: &mut Write<'_>, checked: &Checked, choice: Choice) -> Result<Imported> {
    if choice.on_bad == OnBad::Refuse && !checked.bad.is_empty() {
        let why = format!(
            "有 {} 行有错误，没有导入任何人。请改好后再传，或者选“跳过有错的行”",
            checked.bad.len()
        );
        return Err(Error::invalid("file", why));
    }
    if checked.good.is_empty() {
        return Err(Error::invalid(
            "file",
            "没有一行可以导入，请按提示改好后再传",
        ));
    }
    let mut done = Imported {
        skipped: checked.bad.len(),
        ..Imported::default()
    };
    let mut made = HashMap::new();
    for rows in by_person(&checked.good).into_values() {
        one_person(w, &rows, choice, &mut made, &mut done)?;
    }
    done.posts_made = made.len();
    w.about("import");
    w.note(format!(
        "新增 {} 人，更新 {} 人，新设岗位 {} 个，跳过 {} 行",
        done.added.len(),
        done.updated,
        done.posts_made,
        done.skipped
    ));
    w.emit(CHANGED, None, &json!({"table": "person", "what": "import"}))?;
    Ok(done)
}

/// Rows of each person, people in the order of their first row.
fn by_person(good: &[Good]) -> BTreeMap<usize, Vec<&Good>> {
    let mut first: HashMap<Whom, usize> = HashMap::new();
    let mut people: BTreeMap<usize, Vec<&Good>> = BTreeMap::new();
    for row in good {
        let line = *first.entry(row.whom).or_insert(row.line);
        people.entry(line).or_default().push(row);
    }
    people
}

fn one_person(
    w: &mut Write<'_>,
    rows: &[&Good],
    choice: Choice,
    made: &mut HashMap<usize, PostId>,
    done: &mut Imported,
) -> Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let (id, mut changed) = match first.whom {
        Whom::New(_) => {
            let draft = draft(first, None);
            let id = people::place_person(w, &draft, choice.from)?;
            done.added.push(id);
            (id, false)
        }
        Whom::Known(seen) => (seen.id, update(w, seen.id, first)?),
    };
    let posts = seats(w, rows, choice, made)?;
    changed |= take_posts(w, id, &posts, choice)?;
    for (row, post) in rows.iter().filter(|r| r.seat.is_some()).zip(&posts) {
        if let Some(charges) = &row.charges {
            changed |= charge(w, post.0, charges)?;
        }
    }
    match first.whom {
        Whom::New(_) => {}
        Whom::Known(_) if changed => done.updated += 1,
        Whom::Known(_) => done.unchanged += 1,
    }
    Ok(())
}

/// Blank cells erase nothing.
fn draft(row: &Good, known: Option<&Person>) -> PersonDraft {
    let or_known = |new: &Option<String>, old: Option<&Option<String>>| {
        let old = || old.cloned().flatten();
        new.clone().or_else(old).unwrap_or_default()
    };
    PersonDraft {
        name: row.name.clone(),
        mobile: or_known(&row.mobile, known.map(|k| &k.mobile)),
        staff_no: or_known(&row.staff_no, known.map(|k| &k.staff_no)),
        sort: known.map_or(0, |k| k.sort),
    }
}

fn update(w: &Write<'_>, id: PersonId, row: &Good) -> Result<bool> {
    let known = must_be(store::find_person(w, id)?)?;
    let mut person = known.clone();
    people::fill_person(w, &mut person, &draft(row, Some(&known)))?;
    person.validity.until = None;
    if person == known {
        return Ok(false);
    }
    store::set_person(w, &person)?;
    Ok(true)
}

/// The posts of a person's rows, made where they are new, with the weight the sheet gives them.
fn seats(
    w: &Write<'_>,
    rows: &[&Good],
    choice: Choice,
    made: &mut HashMap<usize, PostId>,
) -> Result<Vec<(PostId, Option<Weight>)>> {
    let mut posts = Vec::new();
    for row in rows {
        let post = match &row.seat {
            None => continue,
            Some(Seat::Open(post)) => *post,
            Some(Seat::New {
                key,
                dept,
                name,
                sort,
                roles,
            }) => match made.get(key) {
                Some(post) => *post,
                None => {
                    let draft = PostDraft {
                        name: name.clone(),
                        sort: *sort,
                        roles: roles.clone(),
                    };
                    let post = edit::place_post(w, *dept, &draft, choice.from)?;
                    made.insert(*key, post);
                    post
                }
            },
        };
        posts.push((post, row.weight));
    }
    Ok(posts)
}

fn take_posts(
    w: &Write<'_>,
    person: PersonId,
    posts: &[(PostId, Option<Weight>)],
    choice: Choice,
) -> Result<bool> {
    if posts.is_empty() {
        return Ok(false);
    }
    let mut changed = false;
    let yesterday = choice.from.plus_days(-1);
    for h in people::open_holdings(w, person, choice.from)? {
        if choice.others == Others::End && !posts.iter().any(|(p, _)| *p == h.post) {
            store::set_holding_end(w, h.id, yesterday)?;
            changed = true;
        }
    }
    for (post, weight) in posts {
        let held = people::open_holdings(w, person, choice.from)?;
        if !held.iter().any(|h| h.post == *post) {
            let hold = Hold {
                post: *post,
                weight: weight.unwrap_or(Weight::Side),
                from: choice.from,
            };
            people::begin(w, person, &held, hold)?;
            changed = true;
        }
    }
    changed |= settle_main(w, person, posts, choice.from)?;
    if changed {
        // pages of this person that are open are older than this
        let rev = must_be(store::find_person(w, person)?)?.rev;
        store::set_person_touched(w, Seen::new(person, rev))?;
    }
    Ok(changed)
}

/// The main post is the one the sheet marks, else the one it was, else the sheet's first.
fn settle_main(
    w: &Write<'_>,
    person: PersonId,
    posts: &[(PostId, Option<Weight>)],
    from: Day,
) -> Result<bool> {
    let held = people::open_holdings(w, person, from)?;
    let marked = posts.iter().find(|(_, w)| *w == Some(Weight::Main));
    let mains = held.iter().filter(|h| h.weight == Weight::Main).count();
    let main = match marked {
        Some((post, _)) => *post,
        None if mains == 1 => return Ok(false),
        None => {
            let first = posts.iter().find(|(_, w)| *w != Some(Weight::Side));
            match first.or_else(|| posts.first()) {
                Some((post, _)) => *post,
                None => return Ok(false),
            }
        }
    };
    let is_main = |h: &&super::Holding| h.post == main && h.weight == Weight::Main;
    if mains == 1 && held.iter().any(|h| is_main(&h)) {
        return Ok(false);
    }
    people::make_main(w, &held, main)?;
    Ok(true)
}

fn charge(w: &Write<'_>, post: PostId, departments: &[DeptId]) -> Result<bool> {
    if store::list_charges(w, post)? == departments {
        return Ok(false);
    }
    store::set_charges(w, post, departments)?;
    Ok(true)
}
