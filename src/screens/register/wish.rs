//! What is asked of a register, read from the address and written back into it.
//! Invariant: the address says all of it, so that going back shows the same list, and what cannot be
//! understood is said and shown again, never dropped.

use crate::access::Action;
use crate::engine::definition::{ColumnKind, Medium, MoveId, Procedure, RegisterColumn};
use crate::engine::hang_store::list_holders;
use crate::engine::people::whose;
use crate::engine::procedures::Procedures;
use crate::engine::register::{Look, Table};
use crate::engine::register_sql::{Behind, Fate, Sort, Test, Want};
use crate::kit::{Day, FieldErrors, Page as Leafing, parse_day, text};
use crate::ui::table::Order;
use crate::web::{Cx, Visit, encode};

/// Characters of one condition at most.
const LONGEST: usize = 100;
/// Words looked for at most.
const MOST_WORDS: usize = 6;

/// All columns, as the address says it.
pub(super) const EVERY: &str = "*";

/// The states a list may be narrowed to: what it is called, and the stored word.
pub(super) const STATES: [(&str, &str); 8] = [
    ("全部", ""),
    ("没办完", "open"),
    ("办结", "closed"),
    ("驳回", "rejected"),
    ("终止", "terminated"),
    ("结转", "continued"),
    ("归档", "archived"),
    ("作废", "void"),
];

/// Those of them that cases of this register can have: where nothing is rejected there is no such tab.
pub(super) fn states_of(
    procedures: &Procedures,
    table: &Table,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = procedures.all();
    let of = |has: fn(&Procedure) -> bool| {
        let mut here = all.iter().filter(|p| p.procedure.register.id == table.id);
        here.any(|p| has(&p.procedure))
    };
    let rejects = of(|p| p.steps.iter().any(|s| s.label(MoveId::Reject).is_some()));
    let terminates = of(|p| p.terminate.is_some());
    let has = move |state: &str| match state {
        "rejected" => rejects,
        "terminated" => terminates,
        // found among all: such a case is looked for where it goes on
        "continued" => false,
        _ => true,
    };
    STATES.into_iter().filter(move |(_, state)| has(state))
}

/// What is asked for, from the query.
pub(super) struct Wish {
    /// 0: all.
    pub year: i16,
    pub this_year: i16,
    pub state: &'static str,
    pub words: String,
    /// Conditions as they were typed, by their names in the address.
    pub typed: Vec<(String, String)>,
    pub tests: Vec<(String, Test)>,
    /// The figure of the statistics whose cases these are.
    pub behind: Option<Behind>,
    pub sort: Sort,
    /// Whether all columns were asked for.
    pub every: bool,
    /// Chosen columns; empty: those that usually stand there.
    pub columns: Vec<String>,
    pub leaf: Leafing,
    pub errors: FieldErrors,
}

/// Name of a column's condition in the address.
pub(super) fn name_of(column: &str) -> String {
    format!("f.{column}")
}

/// Names of the two ends of a span.
pub(super) fn ends_of(column: &str) -> (String, String) {
    (format!("f.{column}.from"), format!("f.{column}.to"))
}

/// Reads the address.
pub(super) fn wish<A: Action>(cx: &Cx<A>, table: &Table) -> Wish {
    let this_year = cx.zone().year(cx.at);
    let state = STATES.iter().find(|(_, s)| *s == cx.query("state"));
    let by = cx.query("by").to_owned();
    let known = table.columns.iter().any(|c| c.sort && c.id == by);
    let chosen = cx.query_pairs().iter().filter(|(k, _)| k == "c");
    let chosen: Vec<&String> = chosen.map(|(_, v)| v).collect();
    let every = chosen.iter().any(|c| *c == EVERY);
    let mut wish = Wish {
        every,
        year: cx.query("year").parse().unwrap_or(this_year),
        this_year,
        state: state.map_or("", |(_, s)| s),
        words: short(cx, "q"),
        typed: Vec::new(),
        tests: Vec::new(),
        behind: None,
        sort: match (known, cx.query("order")) {
            (true, "down") => Sort::Down(by),
            (true, _) => Sort::Up(by),
            (false, _) => Sort::Newest,
        },
        columns: table
            .columns
            .iter()
            .filter(|c| every || chosen.contains(&&c.id))
            .map(|c| c.id.clone())
            .collect(),
        leaf: Leafing::new(
            cx.query("page").parse().unwrap_or(1),
            cx.query("size").parse().unwrap_or(0),
        ),
        errors: FieldErrors::default(),
    };
    let today = cx.zone().day(cx.at);
    for (column, look) in table.filters() {
        wish.read(cx, (column, look), today);
    }
    wish.read_behind(cx, today);
    wish
}

/// Names of a figure's conditions in the address, and the words of the third.
pub(super) const OF_PROCEDURE: &str = "m.procedure";
pub(super) const OF_MONTH: &str = "m.month";
pub(super) const OF_FATE: &str = "m.fate";
pub(super) const OF_STEP: &str = "m.step";
pub(super) const OF_DEPT: &str = "m.dept";
pub(super) const FATES: [(&str, Fate, &str); 7] = [
    ("all", Fate::Any, "不含作废"),
    ("timed", Fate::Timed, "有期限"),
    ("kept", Fate::Kept, "没有超期"),
    ("late", Fate::Late, "超过期限"),
    ("ended", Fate::Ended, "办完"),
    ("waiting", Fate::Waiting, "正在办"),
    ("overdue", Fate::Overdue, "正在办，已超期"),
];

/// Who has work of a department today, as the statistics reckon it.
fn holders(visit: &Visit, dept: &str) -> Vec<i64> {
    let directory = visit.state.org.current();
    // without the lists nothing is counted and nothing listed
    let all = visit.state.store.index().and_then(|i| list_holders(&i));
    let mut all = all.unwrap_or_default();
    all.retain(|h| {
        let own = whose(&directory, *h).0;
        own.is_some_and(|d| directory.dept_name(d) == dept)
    });
    all
}

fn short(visit: &Visit, name: &str) -> String {
    let line = text::one_line(visit.query(name));
    line.chars().take(LONGEST).collect()
}

impl Wish {
    /// Whether a condition or the order needs what stands in this column.
    pub(super) fn looks_into(&self, column: &str) -> bool {
        let sorted = match &self.sort {
            Sort::Up(by) | Sort::Down(by) => by == column,
            Sort::Newest => false,
        };
        sorted || self.tests.iter().any(|(id, _)| id == column)
    }

    fn read(&mut self, visit: &Visit, (column, look): (&RegisterColumn, &Look), today: Day) {
        let id = column.id.clone();
        let name = name_of(&id);
        let value = short(visit, &name);
        let test = match look {
            Look::Days => return self.read_days(visit, column, today),
            Look::Numbers | Look::Money => return self.read_numbers(visit, column),
            _ if value.is_empty() => return,
            Look::Choice(_) => Test::Is(value.clone()),
            Look::Department => Test::Names(value.clone()),
            _ => Test::Has(text::fold_search(&value)),
        };
        self.typed.push((name, value));
        self.tests.push((id, test));
    }

    fn read_behind(&mut self, visit: &Visit, today: Day) {
        let mut behind = Behind {
            today: visit.zone().start_of(today).0,
            ..Behind::default()
        };
        for name in [OF_PROCEDURE, OF_MONTH, OF_FATE, OF_STEP, OF_DEPT] {
            let value = short(visit, name);
            match name {
                _ if value.is_empty() => continue,
                OF_PROCEDURE => behind.procedure.clone_from(&value),
                OF_MONTH => behind.month = value.parse().unwrap_or(0),
                OF_STEP => behind.step.clone_from(&value),
                OF_DEPT => behind.dept.clone_from(&value),
                _ => {
                    let fate = FATES.iter().find(|(word, ..)| *word == value);
                    behind.fate = fate.map_or(Fate::Any, |(_, fate, _)| *fate);
                }
            }
            self.typed.push((name.to_owned(), value));
            self.behind = Some(behind.clone());
        }
        if let Some(b) = &mut self.behind
            && matches!(b.fate, Fate::Waiting | Fate::Overdue)
            && !b.dept.is_empty()
        {
            b.holders = holders(visit, &b.dept);
        }
    }

    /// What the figure counted, in words: 3 月，承办，超过期限.
    pub(super) fn behind_said(&self, procedure: &str) -> String {
        let Some(b) = &self.behind else {
            return String::new();
        };
        let fate = FATES.iter().find(|(_, fate, _)| *fate == b.fate);
        let month = match b.month {
            0 => String::new(),
            n => format!("{n} 月开始的"),
        };
        let all = [
            procedure,
            &month,
            &b.dept,
            &b.step,
            fate.map_or("", |(_, _, said)| said),
        ];
        let all: Vec<&str> = all.into_iter().filter(|s| !s.is_empty()).collect();
        all.join("，")
    }

    fn read_days(&mut self, visit: &Visit, column: &RegisterColumn, today: Day) {
        let (from, to) = ends_of(&column.id);
        let mut ends = [None, None];
        for (end, name) in ends.iter_mut().zip([&from, &to]) {
            let typed = short(visit, name);
            if typed.is_empty() {
                continue;
            }
            match parse_day(&typed, today) {
                Ok(day) => *end = Some(day),
                Err(why) => self
                    .errors
                    .add(name.clone(), format!("{}：{why}", column.label)),
            }
            self.typed.push((name.clone(), typed));
        }
        if let [Some(first), Some(last)] = ends
            && first > last
        {
            let why = format!("{}：起日在止日后面，请对调过来", column.label);
            self.errors.add(from, why);
            return;
        }
        let [first, last] = ends.map(|d| d.map(|d| d.to_string()));
        self.span(column, (first.map(Test::Since), last.map(Test::Until)));
    }

    fn read_numbers(&mut self, visit: &Visit, column: &RegisterColumn) {
        let (from, to) = ends_of(&column.id);
        let mut ends = [None, None];
        for (end, name) in ends.iter_mut().zip([&from, &to]) {
            let typed = short(visit, name);
            if typed.is_empty() {
                continue;
            }
            match text::fold(&typed).parse::<f64>() {
                Ok(n) if n.is_finite() => *end = Some(n),
                _ => {
                    let why = format!("{}：请写数字，例如 3", column.label);
                    self.errors.add(name.clone(), why);
                }
            }
            self.typed.push((name.clone(), typed));
        }
        let [least, most] = ends;
        self.span(column, (least.map(Test::Least), most.map(Test::Most)));
    }

    fn span(&mut self, column: &RegisterColumn, ends: (Option<Test>, Option<Test>)) {
        for test in [ends.0, ends.1].into_iter().flatten() {
            self.tests.push((column.id.clone(), test));
        }
    }

    /// What was typed under a name; empty where nothing was.
    pub fn said(&self, name: &str) -> &str {
        let found = self.typed.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, v)| v.as_str())
    }

    /// Whether anything but year, sort and columns narrows the list.
    pub fn is_narrow(&self) -> bool {
        !self.state.is_empty() || !self.words.is_empty() || !self.typed.is_empty()
    }

    /// The question to the lists.
    pub fn want(&self, who: Vec<i64>) -> Want {
        let words = text::fold_search(&self.words);
        Want {
            who,
            year: self.year,
            state: self.state.to_owned(),
            words: words
                .split_whitespace()
                .take(MOST_WORDS)
                .map(str::to_owned)
                .collect(),
            tests: self.tests.clone(),
            behind: self.behind.clone(),
            sort: self.sort.clone(),
        }
    }

    /// The columns shown, with their places: the chosen ones, else those that usually stand on a medium;
    /// a file has all.
    pub fn shown<'a>(
        &self,
        table: &'a Table,
        on: Option<Medium>,
    ) -> Vec<(usize, &'a RegisterColumn, &'a Look)> {
        let chosen = |c: &RegisterColumn| match self.columns.is_empty() {
            true => on.is_none_or(|m| !c.off.contains(&m)),
            false => self.columns.contains(&c.id),
        };
        let all = table.looked().enumerate();
        all.filter(|(_, (c, _))| chosen(c))
            .map(|(i, (c, look))| (i, c, look))
            .collect()
    }

    /// What is remembered under a name: all but the year (a usual way of looking serves every year) and
    /// the leaf.
    pub fn remembered(&self) -> String {
        let mut pairs = self.pairs();
        let all_years = self.year == 0;
        pairs.retain(|(name, _)| name != "year" || all_years);
        joined(&pairs)
    }

    /// All of it but the leaf, as the address says it.
    pub fn query(&self) -> String {
        joined(&self.pairs())
    }

    /// The same with some names said otherwise, or not at all where the value is empty.
    pub fn query_with(&self, other: &[(&str, &str)]) -> String {
        let mut pairs = self.pairs();
        pairs.retain(|(name, _)| other.iter().all(|(n, _)| n != name));
        let said = other.iter().filter(|(_, v)| !v.is_empty());
        pairs.extend(said.map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        joined(&pairs)
    }

    /// Names and values, in one order always.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut all = vec![("year".to_owned(), self.year.to_string())];
        let mut say = |name: &str, value: &str| {
            if !value.is_empty() {
                all.push((name.to_owned(), value.to_owned()));
            }
        };
        say("state", self.state);
        say("q", &self.words);
        for (name, value) in &self.typed {
            say(name, value);
        }
        match &self.sort {
            Sort::Newest => {}
            Sort::Up(by) => {
                say("by", by);
                say("order", "up");
            }
            Sort::Down(by) => {
                say("by", by);
                say("order", "down");
            }
        }
        match self.every {
            true => say("c", EVERY),
            false => self.columns.iter().for_each(|c| say("c", c)),
        }
        if self.leaf.size != Leafing::default().size {
            say("size", &self.leaf.size.to_string());
        }
        all
    }

    /// How a column is sorted now, and what pressing its head asks for: small first, then large first.
    pub fn turned(&self, column: &RegisterColumn) -> (Option<Order>, String) {
        let (now, next) = match &self.sort {
            Sort::Up(by) if *by == column.id => (Some(Order::Up), "down"),
            Sort::Down(by) if *by == column.id => (Some(Order::Down), "up"),
            _ if column.kind == ColumnKind::Date => (None, "down"),
            _ => (None, "up"),
        };
        let query = self.query_with(&[("by", &column.id), ("order", next)]);
        (now, query)
    }

    /// 2026年, or 全部年份.
    pub fn year_said(&self) -> String {
        match self.year {
            0 => "全部年份".to_owned(),
            year => format!("{year}年"),
        }
    }
}

fn joined(pairs: &[(String, String)]) -> String {
    let all = pairs.iter().map(|(n, v)| format!("{n}={}", encode(v)));
    all.collect::<Vec<_>>().join("&")
}
