//! 查找: one box, the newest cases that hold all the words, each with the words marked where they stand.
//! Works without a script; nothing is sent while pinyin letters are still being composed, because nothing is
//! sent before the form is.

use crate::access::{Allowed, Place, action};
use crate::engine::people;
use crate::kit::{Result, text};
use crate::search::{Asked, Excerpt, Hit, Results, Run, Where};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, SEEK_AT, heading};
use crate::ui::list::empty;
use crate::ui::note::{self, State};
use crate::ui::table::{Filter, filters};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Manifest, Reply, Route, encode};

action!(pub Seek, "search.find", "查找", Allowed::SignedIn, Place::Anywhere);

/// The search page.
pub const MANIFEST: Manifest = Manifest {
    id: "search",
    // its box stands in the head of every page, and in the phone's bottom bar
    menu: &[],
    routes,
};

/// Hits on a page.
const SIZE: usize = 20;
/// Characters of a query.
const LONGEST: usize = 200;

fn routes() -> Vec<Route> {
    vec![Route::get::<Seek>(SEEK_AT, show)]
}

fn show(cx: &mut Cx<Seek>) -> Result<Reply> {
    let asked = asked(cx);
    let found = cx.state.search.find(&asked, &cx.who().scope.json())?;
    let small = if found.words.is_empty() {
        String::new()
    } else {
        how_many(&asked, &found)
    };
    let content = html! {
        (heading("查找", &small, &html! {}))
        (asking(cx, &asked)?)
        @if found.rebuilding {
            p.note.warn { b { "索引重建中" } " 有些件暂时查不到，请过几分钟再查一次。" }
        }
        @if found.words.is_empty() {
            (advice(&asked))
        } @else if found.hits.is_empty() {
            (nothing(&asked, &found))
        } @else {
            ol.hits { @for hit in &found.hits { li { (drawn(cx, hit)) } } }
            (onward(&asked, &found))
        }
    };
    Ok(Reply::Page(cx.draw(&Page::new("查找").seeks(), &content)))
}

fn asked(cx: &Cx<Seek>) -> Asked {
    let state = cx.query("state");
    Asked {
        words: text::clip(&text::one_line(cx.query("q")), LONGEST),
        year: cx.query("year").parse().ok().filter(|y| *y > 0),
        procedure: cx.query("procedure").to_owned(),
        dept: cx.query("dept").parse().ok(),
        state: STATES
            .iter()
            .find(|(id, _)| *id == state)
            .map_or("", |(id, _)| id)
            .to_owned(),
        place: PLACES
            .iter()
            .find(|(id, ..)| *id == cx.query("where"))
            .and_then(|(.., place)| *place),
        before: cx.query("before").parse().ok(),
        most: SIZE,
    }
}

const STATES: &[(&str, &str)] = &[
    ("", "全部"),
    ("open", "没办完"),
    ("closed", "办结"),
    ("rejected", "驳回"),
    ("terminated", "终止"),
    ("continued", "结转"),
    ("archived", "归档"),
    ("void", "作废"),
];
const PLACES: &[(&str, &str, Option<Where>)] = &[
    ("", "全部", None),
    ("title", "标题和编号", Some(Where::Title)),
    ("body", "正文和登记内容", Some(Where::Body)),
    ("opinion", "意见", Some(Where::Opinion)),
    ("file", "附件和附件名", Some(Where::File)),
];

fn place_id(place: Option<Where>) -> &'static str {
    PLACES
        .iter()
        .find(|(.., p)| *p == place)
        .map_or("", |(id, ..)| id)
}

fn how_many(asked: &Asked, found: &Results) -> String {
    match (found.more.is_some(), asked.before.is_some()) {
        (true, _) => format!("{} 件，往前还有", found.hits.len()),
        (false, true) => format!("最后 {} 件", found.hits.len()),
        (false, false) => format!("共 {} 件", found.hits.len()),
    }
}

fn asking(cx: &Cx<Seek>, asked: &Asked) -> Result<Markup> {
    let mut years: Vec<i16> = cx
        .state
        .store
        .shelves()?
        .into_iter()
        .map(|(.., year)| year)
        .collect();
    years.retain(|y| *y > 0);
    years.sort_unstable_by(|a, b| b.cmp(a));
    years.dedup();
    let mut year = vec![Choice::new("", "全部年份")];
    year.extend(
        years
            .iter()
            .map(|y| Choice::new(y.to_string(), format!("{y}年"))),
    );
    let mut procedure = vec![Choice::new("", "全部事项")];
    let all = cx.state.engine.procedures.all();
    let viewer = people::viewer(&cx.state.org.current(), cx.who().person);
    procedure.extend(
        all.iter()
            .filter(|p| p.is_for(&viewer))
            .map(|p| Choice::new(&p.procedure.id, &p.procedure.name)),
    );
    let directory = cx.state.org.current();
    let mut dept = vec![Choice::new("", "全部部门")];
    if let Some(organ) = directory.first_organ() {
        let depts = directory.depts_of(organ.id);
        dept.extend(depts.map(|d| Choice::new(d.id.to_string(), &d.name)));
    }
    let state = STATES
        .iter()
        .map(|(id, label)| Choice::new(*id, *label))
        .collect();
    let place = PLACES
        .iter()
        .map(|(id, label, _)| Choice::new(*id, *label))
        .collect();
    let or_none = |n: Option<String>| n.unwrap_or_default();
    let fields = [
        Filter::One(
            form::text("q", "查找：标题、文号、正文、意见、附件里的字").value(&asked.words),
        ),
        Filter::One(form::select("where", "在哪里找", place).value(place_id(asked.place))),
        Filter::One(
            form::select("year", "年份", year).value(or_none(asked.year.map(|y| y.to_string()))),
        ),
        Filter::One(form::select("procedure", "事项", procedure).value(&asked.procedure)),
        Filter::One(
            form::select("dept", "登记部门", dept)
                .value(or_none(asked.dept.map(|d| d.to_string()))),
        ),
        Filter::One(form::select("state", "办理情况", state).value(&asked.state)),
    ];
    Ok(filters(SEEK_AT, &fields, &[]))
}

fn address(asked: &Asked) -> String {
    let year = asked.year.map(|y| y.to_string()).unwrap_or_default();
    let dept = asked.dept.map(|d| d.to_string()).unwrap_or_default();
    format!(
        "{SEEK_AT}?q={}&where={}&year={year}&procedure={}&dept={dept}&state={}",
        encode(&asked.words),
        place_id(asked.place),
        encode(&asked.procedure),
        asked.state
    )
}

fn advice(asked: &Asked) -> Markup {
    let lead = if asked.words.is_empty() {
        "想找什么，写几个字就行。"
    } else {
        "只有标点，没有可以查的字。"
    };
    empty(
        lead,
        "两个字就够，例如村名、人名、文号里的数字；几个词之间空一格，表示都要有。只查得到您能看的件。",
        &[],
    )
}

fn nothing(asked: &Asked, found: &Results) -> Markup {
    let plain = Asked {
        words: asked.words.clone(),
        ..Asked::default()
    };
    let narrowed = address(&plain) != address(asked) || asked.before.is_some();
    let mut next = String::new();
    if found.words.len() > 1 {
        next.push_str("几个词要同时有才算，可以去掉一个；");
    }
    next.push_str(
        "请少写几个字，或者换个说法。只查得到您能看的件；扫描的图片里没有文字，只能按名称查。",
    );
    let links = if narrowed {
        vec![Link::new("不限条件再查", address(&plain))]
    } else {
        Vec::new()
    };
    empty("没有查到。", &next, &links)
}

fn onward(asked: &Asked, found: &Results) -> Markup {
    let here = address(asked);
    html! {
        @if found.more.is_some() || asked.before.is_some() {
            p.acts {
                @if let Some(more) = found.more { a.btn href=(format!("{here}&before={more}")) { "往前更多" } }
                @if asked.before.is_some() { a.btn.plain href=(here) { "回到最近的" } }
            }
        }
    }
}

fn drawn(cx: &Cx<Seek>, hit: &Hit) -> Markup {
    let case = format!("/case/{}", hit.case);
    html! {
        a.what href=(case) { (runs(&hit.title)) }
        @if let Some(line) = &hit.line {
            p.by {
                @if let Some(number) = &line.number { span { (number) } }
                span { (line.procedure) }
                span { (cx.zone().day(line.changed_at).long()) }
                @match line.state.as_str() {
                    "open" => { (note::state(State::Now, &format!("现在到 {}", line.held_by))) }
                    "closed" => { (note::state(State::Ok, "办结")) }
                    "archived" => { (note::state(State::Ok, "归档")) }
                    "rejected" => { (note::state(State::Off, "驳回")) }
                    "terminated" => { (note::state(State::Off, "终止")) }
                    "continued" => { (note::state(State::Off, "结转")) }
                    _ => { (note::state(State::Off, "作废")) }
                }
            }
        }
        @for e in &hit.excerpts { p.said { (excerpt(&case, e)) } }
    }
}

fn excerpt(case: &str, e: &Excerpt) -> Markup {
    html! {
        span.place {
            @match (e.place, e.file) {
                (Where::File, Some(file)) => { "附件 " a href=(format!("{case}/file/{file}")) { (e.label) } }
                (Where::FileName, Some(_)) => { "附件名" }
                (place, _) if e.label.is_empty() => { (place.label()) }
                _ => { (e.label) }
            }
        }
        @match (e.place, e.file) {
            (Where::FileName, Some(file)) => { a href=(format!("{case}/file/{file}")) { (runs(&e.runs)) } }
            _ => { (runs(&e.runs)) }
        }
    }
}

fn runs(all: &[Run]) -> Markup {
    html! { @for run in all { @if run.marked { mark { (run.text) } } @else { (run.text) } } }
}
