//! 卡在哪儿: what waits for whom, by department, person, age and procedure, with red, yellow and green; each figure
//! opens the cases behind it, on this page. For leaders and the office; everybody only what he may see.
//! Not here: rights (`hang_store`), paper (`print`). Invariant: tables stand in the order of the office, never of the
//! figures; the light of a supervised matter is the one its own page shows.

mod print;

use crate::access::{Allowed, Place, action};
use crate::engine::hang_store::{Hanging, list_hanging};
use crate::engine::people::whose;
use crate::engine::supervision;
use crate::engine::unveil::KEPT_BACK;
use crate::kit::{Calendar, Result, Zone};
use crate::org::{Directory, Role};
use crate::ui::frame::{Page, heading};
use crate::ui::list::{empty, section};
use crate::ui::note::{self, State, Tone};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Manifest, MenuItem, Reply, Route, encode};
use std::collections::BTreeMap;

action!(
    pub SeeHanging,
    "hang.list",
    "看卡在哪儿",
    Allowed::Roles(&[
        Role::PrincipalLeader,
        Role::Leader,
        Role::OfficeDirector,
        Role::RecordsClerk,
        Role::DeptHead,
    ]),
    Place::Anywhere
);

const AT: &str = "/hang";
/// Cases listed at once.
const MOST: usize = 100;
/// Working days a piece of work has waited: to how many, and what that is called.
const AGES: [(i64, &str); 4] = [
    (3, "3 天以内"),
    (7, "4 至 7 天"),
    (15, "8 至 15 天"),
    (i64::MAX, "超过 15 天"),
];
/// Working days before the end at which work turns yellow.
const NEAR: i64 = 1;

/// The page.
pub const MANIFEST: Manifest = Manifest {
    id: "hang",
    menu: &[MenuItem::new("卡在哪儿", AT, 36)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeHanging>(AT, show),
        Route::get::<SeeHanging>("/hang/print", print::show),
    ]
}

/// How pressing a piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Light {
    Red,
    Yellow,
    Green,
}

impl Light {
    const ALL: [Self; 3] = [Self::Red, Self::Yellow, Self::Green];

    const fn id(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Red => "红",
            Self::Yellow => "黄",
            Self::Green => "绿",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Red => "红：超期",
            Self::Yellow => "黄：快到期",
            Self::Green => "绿：正常",
        }
    }

    const fn state(self) -> State {
        match self {
            Self::Red => State::Bad,
            Self::Yellow => State::Warn,
            Self::Green => State::Ok,
        }
    }
}

/// A piece of work with all it is counted by.
struct Piece {
    h: Hanging,
    /// Order of its department in the office, and its name.
    dept: (usize, String),
    person: String,
    age: usize,
    waited: i64,
    light: Light,
    /// Why it has its light; empty where nothing presses.
    why: String,
}

/// By what the page is narrowed; empty: not.
struct Narrow {
    by: Vec<(&'static str, String)>,
}

impl Narrow {
    fn of(cx: &Cx<SeeHanging>) -> Self {
        let names = ["dept", "person", "age", "procedure", "light"];
        let by = names.map(|n| (n, cx.query(n).to_owned()));
        Self {
            by: by.into_iter().filter(|(_, v)| !v.is_empty()).collect(),
        }
    }

    fn fits(&self, p: &Piece) -> bool {
        self.by.iter().all(|(name, value)| p.says(name) == *value)
    }

    /// What it is narrowed to, in words: 应急办，红：超期.
    fn said(&self) -> String {
        let said: Vec<&str> = self
            .by
            .iter()
            .map(|(name, value)| match *name {
                "light" => Light::ALL
                    .iter()
                    .find(|l| l.id() == value)
                    .map_or("", |l| l.label()),
                _ => value.as_str(),
            })
            .collect();
        said.join("，")
    }

    /// The same on another page.
    fn at(&self, page: &str) -> String {
        let pairs: Vec<String> = self
            .by
            .iter()
            .map(|(n, v)| format!("{n}={}", encode(v)))
            .collect();
        format!("{page}?{}", pairs.join("&"))
    }

    /// The address of these and one more.
    fn with(more: &[(&str, &str)]) -> String {
        let pairs: Vec<String> = more
            .iter()
            .map(|(n, v)| format!("{n}={}", encode(v)))
            .collect();
        format!("{AT}?{}#list", pairs.join("&"))
    }
}

impl Piece {
    fn title(&self) -> &str {
        if self.h.title.is_empty() {
            KEPT_BACK
        } else {
            &self.h.title
        }
    }

    /// The day that decides its light, and, of a supervised matter, the one of the step beside it.
    fn days(&self, zone: Zone) -> (String, String) {
        let step = self.h.due_at.map(|d| zone.day(d).short());
        match &self.h.watch {
            None => (step.unwrap_or_default(), String::new()),
            Some(w) => (
                w.due_on.map(|d| d.short()).unwrap_or_default(),
                step.map(|d| format!("本环节 {d}")).unwrap_or_default(),
            ),
        }
    }

    fn says(&self, name: &str) -> &str {
        match name {
            "dept" => &self.dept.1,
            "person" => &self.person,
            "procedure" => &self.h.procedure,
            "age" => AGES.get(self.age).map_or("", |(_, said)| said),
            _ => self.light.id(),
        }
    }
}

/// All this person may see.
fn pieces(cx: &Cx<SeeHanging>) -> Result<Vec<Piece>> {
    let all = list_hanging(&cx.state.store.index()?, &cx.who().scope.json())?;
    let directory = cx.state.org.current();
    let clock = (cx.zone(), cx.at, directory.calendar());
    let all = all.into_iter();
    Ok(all.map(|h| piece(h, &directory, clock)).collect())
}

fn show(cx: &mut Cx<SeeHanging>) -> Result<Reply> {
    let pieces = pieces(cx)?;
    let narrow = Narrow::of(cx);
    let small = format!("在办 {} 项", pieces.len());
    let paper = Link::new("打印", narrow.at(print::AT));
    let content = html! {
        (heading("卡在哪儿", &small, &html! { @if !pieces.is_empty() { (paper.button()) } }))
        @if pieces.is_empty() {
            (empty("您能看到的件都办完了，现在没有在等人办的。", "有新的在办件，这里会按部门、人、时间和事项列出来。", &[]))
        } @else {
            (section("h-dept", "按部门", &"", &table("部门", "dept", &by(&pieces, |p| (p.dept.0, p.dept.1.clone())))))
            (section("h-age", "等了多久", &"从送到算起，工作日", &table("等了", "age", &by(&pieces, |p| (p.age, p.says("age").to_owned())))))
            (section("h-kind", "按事项", &"", &table("事项", "procedure", &by(&pieces, |p| (0, p.h.procedure.clone())))))
            (section("h-person", "按人", &"按部门排列，便于找人；不排名次", &table("人", "person", &by(&pieces, |p| (p.dept.0, p.person.clone())))))
            (listed(&pieces, &narrow, cx.zone()))
            p.hint { "红灯：超期。黄灯：快到期。督办件看它自己的时限，不看本环节的期限；一周没有报进展的也亮黄灯，和督办台账一样。" }
        }
    };
    Ok(Reply::Page(cx.draw(&Page::new("卡在哪儿"), &content)))
}

type Clock<'a> = (Zone, crate::kit::Millis, &'a Calendar);

fn piece(h: Hanging, directory: &Directory, (zone, now, calendar): Clock<'_>) -> Piece {
    let (dept, person) = whose(directory, h.holder);
    let order = dept.and_then(|d| directory.all_depts().iter().position(|x| x.id == d));
    let name = dept.map_or("（不在部门里）", |d| directory.dept_name(d));
    let today = zone.day(now);
    let waited = calendar
        .working_days_between(zone.day(h.given_at), today)
        .max(0);
    let age = AGES
        .iter()
        .position(|(most, _)| waited <= *most)
        .unwrap_or(0);
    let (light, why) = lit(&h, (zone, now, calendar));
    Piece {
        dept: (order.unwrap_or(usize::MAX), name.to_owned()),
        person,
        age,
        waited,
        light,
        why,
        h,
    }
}

/// A supervised matter has the light of its own page; other work that of the step it is at.
fn lit(h: &Hanging, (zone, now, calendar): Clock<'_>) -> (Light, String) {
    if let Some(watch) = &h.watch {
        let light = match watch.light(now, zone, calendar) {
            supervision::Light::Red => Light::Red,
            supervision::Light::Yellow => Light::Yellow,
            supervision::Light::Green | supervision::Light::Out => Light::Green,
        };
        return (light, watch.why(now, zone, calendar));
    }
    let (today, Some(due)) = (zone.day(now), h.due_at) else {
        return (Light::Green, String::new());
    };
    let left = calendar.working_days_between(today, zone.day(due));
    match (due < now, left) {
        (true, 0) => (Light::Red, "超期".to_owned()),
        (true, n) => (Light::Red, format!("超期 {} 个工作日", n.abs())),
        (false, 0) => (Light::Yellow, "今天到期".to_owned()),
        (false, n) if n <= NEAR => (Light::Yellow, format!("还剩 {n} 个工作日")),
        (false, _) => (Light::Green, String::new()),
    }
}

/// Of each name: all, red, yellow, green.
type Counts = BTreeMap<(usize, String), [usize; 4]>;

fn by(pieces: &[Piece], key: impl Fn(&Piece) -> (usize, String)) -> Counts {
    let mut counts = Counts::new();
    for p in pieces {
        let [all, red, yellow, green] = counts.entry(key(p)).or_default();
        *all += 1;
        match p.light {
            Light::Red => *red += 1,
            Light::Yellow => *yellow += 1,
            Light::Green => *green += 1,
        }
    }
    counts
}

fn table(head: &str, name: &str, counts: &Counts) -> Markup {
    let label = |l: &str| Column::new(l).num().phone(Phone::Labelled);
    let columns = [
        Column::new(head).phone(Phone::Title),
        label("在办"),
        label(Light::Red.label()),
        label(Light::Yellow.label()),
        label(Light::Green.label()),
    ];
    let figure = |n: usize, query: &[(&str, &str)]| match n {
        0 => html! { span.faint { "0" } },
        n => html! { a href=(Narrow::with(query)) { (n) } },
    };
    let rows: Vec<Row> = counts
        .iter()
        .map(|((_, value), [all, red, yellow, green])| {
            let of = (name, value.as_str());
            let lit = |n: usize, light: Light| figure(n, &[of, ("light", light.id())]);
            Row::new(vec![
                html! { (value) },
                figure(*all, &[of]),
                lit(*red, Light::Red),
                lit(*yellow, Light::Yellow),
                lit(*green, Light::Green),
            ])
        })
        .collect();
    ledger(head, &columns, &rows, "")
}

/// The cases behind the figure that was pressed, or all; overdue first.
fn listed(pieces: &[Piece], narrow: &Narrow, zone: Zone) -> Markup {
    let mut some: Vec<&Piece> = pieces.iter().filter(|p| narrow.fits(p)).collect();
    some.sort_by_key(|p| p.light);
    let title = match narrow.said().as_str() {
        "" => format!("全部 {} 项", some.len()),
        said => format!("{said}：{} 项", some.len()),
    };
    let columns = [
        Column::new("件").phone(Phone::Title),
        Column::new("现在到").phone(Phone::Labelled),
        Column::new("等了").num().phone(Phone::Labelled),
        Column::new("期限").short().phone(Phone::Labelled),
        Column::new("灯").short().phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = some.iter().take(MOST).map(|p| row(p, zone)).collect();
    let all = Link::new("看全部", format!("{AT}#list"));
    html! {
        section id="list" aria-labelledby="h-list" {
            h2.band #h-list { span { (title) } @if !narrow.by.is_empty() { (all) } @else { i { "超期的在前" } } }
            @if rows.is_empty() {
                (empty("现在没有这样的件了。", "可能刚刚办完，请看全部。", &[all]))
            } @else { (ledger("在办的件", &columns, &rows, "")) }
            @if some.len() > MOST {
                (note::note(Tone::Plain, &format!("只列了前 {MOST} 项。"), &"请点上面表里的数字，分开看。"))
            }
        }
    }
}

fn row(p: &Piece, zone: Zone) -> Row {
    let title = p.title();
    Row::new(vec![
        html! {
            @if let Some(m) = note::urgency(&p.h.urgency) { (m) " " }
            a href=(format!("/case/{}", p.h.case)) { (title) }
            @if let Some(n) = &p.h.number { span.faint { "　" (n) } }
        },
        html! { (p.dept.1) "　" b { (p.person) } "　" (p.h.verb) },
        html! { (p.waited) " 天" },
        html! {
            @let (own, step) = p.days(zone);
            (own)
            @if !step.is_empty() { br; span.faint { "（" (step) "）" } }
        },
        html! {
            (note::state(p.light.state(), p.light.word()))
            @if !p.why.is_empty() { br; span.faint { (p.why) } }
        },
    ])
}
