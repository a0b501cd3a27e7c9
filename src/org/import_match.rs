//! What each row of a sheet means: whom, which department, which post, what is in charge.
//! Pure: rows and a directory in, rows with sentences out; writes nothing.
//! Invariant: a person is recognised by staff number, then mobile number, then a name that is clear;
//! where it is not clear the row is refused, because merging two people cannot be undone.

use super::import::{Bad, Good, Seat, Whom};
use super::import_names::{DeptNames, bare};
use super::import_rows::{Column, Raw};
use super::model::{DeptKind, Person, Post, Seen, Weight};
use super::{Directory, guess, rules};
use crate::kit::{DeptId, OrganId, PersonId, PostId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A row whose own cells are right.
struct Read {
    line: usize,
    name: String,
    mobile: Option<String>,
    staff_no: Option<String>,
    dept: Option<DeptId>,
    post: String,
    charges: Option<Vec<DeptId>>,
    weight: Option<Weight>,
    notes: Vec<String>,
    /// Place among the file's people.
    who: usize,
}

/// Somebody of the file, from all of their rows.
#[derive(Default)]
struct InFile {
    name: String,
    mobile: Option<String>,
    staff_no: Option<String>,
    first_line: usize,
    depts: Vec<DeptId>,
    known: Option<PersonId>,
    error: Option<String>,
    notes: Vec<String>,
}

pub(super) struct Matcher<'d> {
    directory: &'d Directory,
    depts: DeptNames<'d>,
    people: Vec<InFile>,
    taken_posts: HashMap<PostId, usize>,
    new_seats: HashMap<(DeptId, String), usize>,
    last_dept: String,
}

impl<'d> Matcher<'d> {
    pub fn new(directory: &'d Directory, organ: OrganId) -> Self {
        Self {
            directory,
            depts: DeptNames::new(directory, organ),
            people: Vec::new(),
            taken_posts: HashMap::new(),
            new_seats: HashMap::new(),
            last_dept: String::new(),
        }
    }

    /// All rows, sorted into those that can be done and those that cannot.
    pub fn run(mut self, rows: &[Raw]) -> (Vec<Good>, Vec<Bad>) {
        let mut bad: BTreeMap<usize, Bad> = BTreeMap::new();
        let mut read: Vec<Read> = Vec::new();
        for row in rows {
            match self.read(row) {
                Ok(row) => read.push(row),
                Err(errors) => {
                    bad.insert(row.line, Bad::new(row.line, row.get(Column::Name), errors));
                }
            }
        }
        self.recognise();
        let mut good = Vec::new();
        let mut seats: HashMap<(usize, String), usize> = HashMap::new();
        for row in read {
            let (line, name) = (row.line, row.name.clone());
            match self.settle(row, &mut seats) {
                Ok(row) => good.push(row),
                Err(why) => {
                    bad.insert(line, Bad::new(line, &name, vec![why]));
                }
            }
        }
        (good, bad.into_values().collect())
    }

    fn read(&mut self, row: &Raw) -> Result<Read, Vec<String>> {
        let mut errors = Vec::new();
        let mut notes = Vec::new();
        let name = keep(&mut errors, rules::person_name(row.get(Column::Name)));
        let mobile = keep(&mut errors, rules::mobile(row.get(Column::Mobile)));
        let staff_no = keep(&mut errors, rules::staff_no(row.get(Column::StaffNo)));
        let dept = keep(&mut errors, self.dept_of_row(row, &mut notes));
        let charges = keep(&mut errors, self.depts.list(row.get(Column::Charges)));
        let post = self.post_name(row, dept, &mut errors, &mut notes);
        if charges.is_some() && dept.is_some_and(|d| !self.is_leaders(d)) {
            errors.push("只有班子成员填“分管部门”，其他人请清空这一格".to_owned());
        }
        let mut read = Read {
            line: row.line,
            name,
            mobile,
            staff_no,
            dept,
            post,
            charges,
            weight: weight(row.get(Column::Note)),
            notes,
            who: 0,
        };
        if errors.is_empty() {
            read.who = self.join(&read).map_err(|why| vec![why])?;
            return Ok(read);
        }
        Err(errors)
    }

    /// The department of a row. A blank one below a filled one is what merged cells look like.
    fn dept_of_row(
        &mut self,
        row: &Raw,
        notes: &mut Vec<String>,
    ) -> Result<Option<DeptId>, String> {
        let typed = row.get(Column::Dept);
        if typed.is_empty() {
            if row.get(Column::Post).is_empty() {
                return Ok(None);
            }
            if self.last_dept.is_empty() {
                return Err("请填写部门".to_owned());
            }
            notes.push(format!("部门空着，按上一行“{}”", self.last_dept));
            let last = self.last_dept.clone();
            return self.depts.find(&last).map(Some);
        }
        let found = self.depts.find(typed);
        self.last_dept = typed.to_owned();
        found.map(Some)
    }

    fn post_name(
        &self,
        row: &Raw,
        dept: Option<DeptId>,
        errors: &mut Vec<String>,
        notes: &mut Vec<String>,
    ) -> String {
        let typed = row.get(Column::Post);
        if !typed.is_empty() {
            return keep(errors, rules::title(typed, "岗位名称"));
        }
        let Some(dept) = dept else {
            return String::new();
        };
        let usual = match self.directory.dept(dept).map(|d| d.kind) {
            Some(DeptKind::Leaders) => {
                errors.push("请填写领导职务，例如“副镇长”".to_owned());
                return String::new();
            }
            Some(DeptKind::Village) => "村干部",
            _ => "干事",
        };
        notes.push(format!("没有写岗位，按“{usual}”"));
        usual.to_owned()
    }

    fn is_leaders(&self, dept: DeptId) -> bool {
        self.directory
            .dept(dept)
            .is_some_and(|d| d.kind == DeptKind::Leaders)
    }

    /// The row's person among those of the rows above.
    fn join(&mut self, row: &Read) -> Result<usize, String> {
        let found = self.find_in_file(row)?;
        let at = found.unwrap_or(self.people.len());
        if found.is_none() {
            self.people.push(InFile {
                name: row.name.clone(),
                first_line: row.line,
                ..InFile::default()
            });
        }
        if let Some(p) = self.people.get_mut(at) {
            p.mobile = p.mobile.take().or_else(|| row.mobile.clone());
            p.staff_no = p.staff_no.take().or_else(|| row.staff_no.clone());
            p.depts.extend(row.dept);
        }
        Ok(at)
    }

    fn find_in_file(&self, row: &Read) -> Result<Option<usize>, String> {
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        let by_number = self
            .people
            .iter()
            .position(|p| same(&p.staff_no, &row.staff_no))
            .or_else(|| {
                self.people
                    .iter()
                    .position(|p| same(&p.mobile, &row.mobile))
            });
        if let Some((at, p)) = by_number.and_then(|at| Some((at, self.people.get(at)?))) {
            let line = p.first_line;
            if p.name != row.name {
                return Err(format!(
                    "与第 {line} 行的{}号码相同，姓名却不同，请核对",
                    p.name
                ));
            }
            if clash(&p.mobile, &row.mobile) || clash(&p.staff_no, &row.staff_no) {
                return Err(format!("与第 {line} 行是同一人，手机或工号却不同，请核对"));
            }
            return Ok(Some(at));
        }
        let bare_row = row.mobile.is_none() && row.staff_no.is_none();
        let namesakes: Vec<usize> = (0..)
            .zip(&self.people)
            .filter(|(_, p)| p.name == row.name)
            .filter(|(_, p)| bare_row || (p.mobile.is_none() && p.staff_no.is_none()))
            .map(|(at, _)| at)
            .collect();
        match namesakes.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            _ => Err(format!(
                "表里有几位“{}”，请填手机或工号，好分清是哪一位",
                row.name
            )),
        }
    }

    /// Who of the file is known to the directory: numbers first, then names nobody else took.
    fn recognise(&mut self) {
        let mut people = std::mem::take(&mut self.people);
        let mut taken = HashSet::new();
        for p in &mut people {
            match self.by_number(p) {
                Ok(Some(known)) => {
                    p.known = Some(known.id);
                    taken.insert(known.id);
                    if !self.directory.is_here(known.id) {
                        p.notes.push("以前的人员，重新启用".to_owned());
                    }
                }
                Ok(None) => {}
                Err(why) => p.error = Some(why),
            }
        }
        for p in people.iter_mut().filter(|p| p.known.is_none()) {
            if p.error.is_some() {
                continue;
            }
            match self.by_name(p, &taken) {
                Ok(Some(known)) => {
                    p.known = Some(known.id);
                    taken.insert(known.id);
                }
                Ok(None) => {}
                Err(why) => p.error = Some(why),
            }
        }
        self.people = people;
    }

    fn by_number(&self, p: &InFile) -> Result<Option<&'d Person>, String> {
        let by_no = p
            .staff_no
            .as_ref()
            .and_then(|no| self.directory.by_staff_no(no));
        let by_mobile = p.mobile.as_ref().and_then(|m| self.directory.by_mobile(m));
        let found = match (by_no, by_mobile) {
            (Some(a), Some(b)) if a.id != b.id => {
                return Err(format!(
                    "工号是{}的，手机却是{}的，请核对",
                    self.directory.title_of(a.id),
                    self.directory.title_of(b.id)
                ));
            }
            (a, b) => a.or(b),
        };
        let Some(known) = found else {
            return Ok(None);
        };
        if known.name != p.name {
            return Err(format!(
                "号码已登记给{}，与姓名“{}”不符，请核对；确是改名的，请先在人员页面改姓名",
                self.directory.title_of(known.id),
                p.name
            ));
        }
        if clash(&known.staff_no, &p.staff_no) {
            return Err(format!(
                "{}的工号登记为 {}，与表里不同，请核对",
                self.directory.title_of(known.id),
                known.staff_no.as_deref().unwrap_or_default()
            ));
        }
        Ok(Some(known))
    }

    fn by_name(
        &self,
        p: &mut InFile,
        taken: &HashSet<PersonId>,
    ) -> Result<Option<&'d Person>, String> {
        let works_there = |known: &Person| {
            let mut posts = self.directory.posts_of(known.id);
            posts.any(|post| p.depts.contains(&post.department))
        };
        let namesakes: Vec<&Person> = self
            .directory
            .named(&p.name)
            .filter(|k| !taken.contains(&k.id) && !clash(&k.staff_no, &p.staff_no))
            // another mobile number in another department is another person
            .filter(|k| !clash(&k.mobile, &p.mobile) || works_there(k))
            .collect();
        let here: Vec<&Person> = namesakes
            .iter()
            .copied()
            .filter(|k| works_there(k))
            .collect();
        match (namesakes.as_slice(), here.as_slice()) {
            ([one], _) | (_, [one]) => Ok(Some(one)),
            ([], _) => {
                if let Some(other) = self.directory.named(&p.name).next() {
                    let title = self.directory.title_of(other.id);
                    p.notes.push(format!("与{title}同名，按另一个人新增"));
                }
                Ok(None)
            }
            _ => Err(format!(
                "已有 {} 位“{}”，请填手机或工号，好分清是哪一位",
                namesakes.len(),
                p.name
            )),
        }
    }

    /// The row with its person and its post, each post once a person.
    fn settle(
        &mut self,
        row: Read,
        seats: &mut HashMap<(usize, String), usize>,
    ) -> Result<Good, String> {
        let Some(p) = self.people.get(row.who) else {
            return Err("这一行没有认出是谁，请填写姓名".to_owned());
        };
        if let Some(why) = &p.error {
            return Err(why.clone());
        }
        let (known, mobile, staff_no) = (p.known, p.mobile.clone(), p.staff_no.clone());
        let mut notes = row.notes;
        notes.extend(p.notes.iter().cloned());
        if row.dept.is_none() && known.is_none() {
            return Err("请填写部门".to_owned());
        }
        let seat_key = format!("{:?}/{}", row.dept, bare(&row.post));
        if let Some(line) = seats.insert((row.who, seat_key), row.line) {
            return Err(format!("与第 {line} 行重复，请删去一行"));
        }
        let seat = match row.dept {
            Some(dept) => Some(self.seat(dept, &row.post, row.who, &mut notes)),
            None => None,
        };
        let whom = match known.and_then(|id| self.directory.person(id)) {
            Some(k) => Whom::Known(Seen::new(k.id, k.rev)),
            None => Whom::New(row.who),
        };
        if let (Some(new), Some(k)) = (&mobile, known.and_then(|id| self.directory.person(id)))
            && let Some(old) = &k.mobile
            && old != new
        {
            notes.push(format!("手机由 {old} 改为 {new}"));
        }
        Ok(Good {
            line: row.line,
            whom,
            name: row.name,
            mobile,
            staff_no,
            dept: row.dept,
            post_name: row.post,
            seat,
            charges: row.charges,
            weight: row.weight,
            notes,
        })
    }

    fn seat(&mut self, dept: DeptId, name: &str, who: usize, notes: &mut Vec<String>) -> Seat {
        let own = self.is_leaders(dept);
        if let Some(post) = self.open_post(dept, name, who, own) {
            if bare(&post.name) != bare(name) {
                notes.push(format!("按已有岗位“{}”", post.name));
            }
            self.taken_posts.insert(post.id, who);
            return Seat::Open(post.id);
        }
        let kind = self.directory.dept(dept).map(|d| d.kind);
        let roles = guess::roles(name, kind.unwrap_or(DeptKind::Department));
        let labels: Vec<&str> = roles.iter().map(|r| r.label()).collect();
        notes.push(format!("新设岗位“{name}”（{}）", labels.join("、")));
        // leaders' posts are one a person, because each has its own departments in charge
        let owner = if own {
            format!("#{who}")
        } else {
            String::new()
        };
        let next = self.new_seats.len();
        let key = *self
            .new_seats
            .entry((dept, format!("{}{owner}", bare(name))))
            .or_insert(next);
        let posts: Vec<&Post> = self.directory.posts_in(dept).collect();
        let namesake = posts.iter().find(|p| bare(&p.name) == bare(name));
        let last = posts.last().map_or(0, |p| p.sort);
        Seat::New {
            key,
            dept,
            name: name.to_owned(),
            sort: namesake.map_or(last + 10, |p| p.sort),
            roles,
        }
    }

    fn open_post(&self, dept: DeptId, name: &str, who: usize, own: bool) -> Option<&'d Post> {
        let want = bare(name);
        let known = self.people.get(who).and_then(|p| p.known);
        let posts: Vec<&'d Post> = self.directory.posts_in(dept).collect();
        let dept_row = self.directory.dept(dept);
        let holds = |p: &Post| {
            let mut holders = self.directory.holders_of(p.id);
            holders.any(|h| Some(h.id) == known)
        };
        let free = |p: &Post| {
            let mine = self.taken_posts.get(&p.id).is_none_or(|by| *by == who);
            !own || (mine && !self.directory.is_filled(p.id))
        };
        let pick = |fits: &dyn Fn(&Post) -> bool| {
            let fitting = || posts.iter().copied().filter(|p| fits(p));
            fitting()
                .find(|p| holds(p))
                .or_else(|| fitting().find(|p| free(p)))
        };
        pick(&|p| bare(&p.name) == want)
            .or_else(|| {
                // 党政办主任 is the 主任 of 党政办
                let d = dept_row?;
                let rest = want
                    .strip_prefix(&bare(&d.name))
                    .or_else(|| want.strip_prefix(&bare(&d.short_name)))?;
                pick(&|p| bare(&p.name) == rest)
            })
            .or_else(|| {
                // 镇长 is the 党委副书记、镇长
                let part = |p: &Post| p.name.split('、').any(|part| bare(part) == want);
                if own { pick(&part) } else { None }
            })
    }
}

fn keep<T: Default>(errors: &mut Vec<String>, checked: Result<T, String>) -> T {
    checked.unwrap_or_else(|why| {
        errors.push(why);
        T::default()
    })
}

fn clash(a: &Option<String>, b: &Option<String>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

fn weight(note: &str) -> Option<Weight> {
    if note.contains("主岗") {
        Some(Weight::Main)
    } else if note.contains("兼任") || note.contains("兼职") {
        Some(Weight::Side)
    } else {
        None
    }
}
