//! The first page after log-in: what waits for me, oldest first, urgent on top; then what I have under
//! way, what I finished, my drafts, and what I may start.
//! Three statements: the list, its count, my numbers.

mod due;

use self::due::{Around, Clock};
use super::batch::BATCH_AT;
use super::case::{drafts, page::acting};
use super::guard::open_lines;
use super::health::red_lines;
use super::starts::{self, SeeStarts};
use crate::access::{Allowed, Place, Who, action};
use crate::engine::hang_store::list_watches;
use crate::engine::index_store::{self, Hand, Listed, Todo};
use crate::engine::people;
use crate::engine::procedures::Published;
use crate::inbox::parcel;
use crate::kit::{Error, Id, Page as Leafing, Principal, Result};
use crate::org::{Directory, Role};
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::{heading, two};
use crate::ui::list::{Count, Due, Edge, Slip, empty, lines, section, slips, tally};
use crate::ui::note::{self, Rank, State, mark};
use crate::ui::table::{Column, Leaf, Pager, Phone, Row, ledger, page_leaves, pager};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, HOME, Manifest, MenuItem, Numbers, Reply, Route, State as Server, Visit};

action!(pub SeeTodo, "todo.list", "看待办", Allowed::SignedIn, Place::Anywhere);
action!(pub SeeHands, "hand.list", "看在办和已办", Allowed::SignedIn, Place::Anywhere);

/// The home page and its lists.
pub const MANIFEST: Manifest = Manifest {
    id: "todo",
    menu: &[
        MenuItem::new("待办", HOME, 10),
        MenuItem::new("在办", "/doing", 20),
        MenuItem::new("已办", "/done", 30),
        MenuItem::new("发起事项", "/start", 40),
    ],
    routes,
};

const SIZE: i64 = 20;
/// Things to start that have a button of their own on the first page.
const BUTTONS: usize = 4;

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeTodo>(HOME, todo).at_once(),
        Route::get::<SeeHands>("/doing", doing),
        Route::get::<SeeHands>("/done", done),
        Route::get::<SeeStarts>("/start", starts::show),
    ]
}

/// Somebody's numbers; the frame of every page shows the first.
pub fn count(state: &Server, who: &Who) -> Result<Numbers> {
    let tally = index_store::count_work(&state.store.index()?, &who.scope.todo_json(), who.person)?;
    let n = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(Numbers {
        todo: n(tally.todo),
        doing: n(tally.open),
        done: n(tally.ended),
        paper: n(tally.paper),
    })
}

fn todo(cx: &mut Cx<SeeTodo>) -> Result<Reply> {
    let leaf = leafing(cx);
    let index = cx.state.store.index()?;
    let who = cx.who().scope.todo_json();
    let mut all = index_store::list_todo(&index, &who, (SIZE, leaf.offset()))?;
    let cases: Vec<Id> = all.iter().map(|t| t.case).collect();
    let watches = list_watches(&index, &cases)?;
    drop(index);
    let engine = &cx.state.engine;
    engine.unveil_todo(&cx.state.store, &who, &mut all)?;
    let total = cx.numbers().todo;
    let directory = cx.state.org.current();
    let clock = Clock {
        calendar: directory.calendar(),
        zone: cx.zone(),
        now: cx.at,
    };
    let behind = behind(cx, &directory);
    let around = Around {
        away: &|case| cx.state.store.away(case.shelf()).is_some(),
        behind: &behind,
        watches: &watches,
    };
    let main = html! {
        (red_lines(cx))
        (open_lines(cx)?)
        (to_confirm(cx)?)
        (arrived(cx, &directory)?)
        (waiting(&all, &clock, &around))
        (leaves(HOME, leaf, total))
    };
    let content = html! {
        (heading(&format!("待办 {total} 件"), &clock.today(), &start_buttons(cx)))
        (two(&main, &aside(cx)?))
    };
    let title = if total > 0 {
        format!("({total}) 待办")
    } else {
        "待办".to_owned()
    };
    Ok(cx.page(&title, &content))
}

/// To whoever registers: documents of other offices that wait for it.
fn arrived(cx: &Cx<SeeTodo>, directory: &Directory) -> Result<Markup> {
    let roles = directory.roles_of(cx.who().person);
    if !roles.contains(&Role::RecordsClerk) {
        return Ok(html! {});
    }
    let n = parcel::count_waiting(&cx.state.store, directory, cx.who().organ)?;
    if n == 0 {
        return Ok(html! {});
    }
    let rest = html! { a href="/exchange" { "去公文交换登记" } };
    let lead = format!("外单位来的公文有 {n} 份等着登记。");
    Ok(note::note(note::Tone::Plain, &lead, &rest))
}

/// What somebody entered in my name from paper: quiet lines, each answered where it stands.
fn to_confirm(cx: &Cx<SeeTodo>) -> Result<Markup> {
    if cx.numbers().paper == 0 {
        return Ok(html! {});
    }
    let engine = &cx.state.engine;
    let mut all = Vec::new();
    for w in engine.waiting_papers(&cx.state.store, cx.who().person)? {
        let at = format!("/case/{}/paper/{}", w.case, w.paper);
        let on = w.said_on.map(|d| d.short()).unwrap_or_default();
        let what = if w.words.is_empty() {
            "纸上签阅"
        } else {
            "书面意见："
        };
        let agree = Press::new("无误").posts("say", "yes");
        all.push(html! {
            (w.entered_name) "代录了您 " (on) " 的" (what)
            @if !w.words.is_empty() { q.kai { (w.words) } }
            " " a href=(format!("/case/{}", w.case)) { (w.title) } " "
            (one_button(&at, cx.csrf(), &cx.new_op()?, &agree))
            " " a.btn.word href=(format!("/case/{}#paper-{}", w.case, w.paper)) { "有异议" }
        });
    }
    if all.is_empty() {
        return Ok(html! {});
    }
    Ok(section("h-paper", "请核对代您录的意见", &"", &lines(&all)))
}

/// The principals of others the reader stands in for, with their names; his own right goes first.
fn behind(cx: &Cx<SeeTodo>, directory: &Directory) -> Vec<(Principal, String)> {
    let person = cx.who().person;
    let own = |p: Principal| match p {
        Principal::Person(p) => p == person,
        Principal::Post(post) => directory.posts_of(person).any(|p| p.id == post),
        _ => true,
    };
    let stood = directory.stood_for(person).into_iter();
    stood
        .filter(|s| !own(s.principal))
        .map(|s| (s.principal, directory.person_name(s.absent).to_owned()))
        .collect()
}

fn waiting(all: &[Todo], clock: &Clock<'_>, around: &Around<'_>) -> Markup {
    if all.is_empty() {
        return empty(
            "没有等您办的件",
            "有新的件送到，这里和标题上的数字会自己变。",
            &[Link::new("看在办的件", "/doing")],
        );
    }
    let pressing =
        |t: &&Todo| note::urgency(&t.urgency).is_some() || around.overdue(t, clock) || t.urges > 0;
    let hot: Vec<&Todo> = all.iter().filter(pressing).collect();
    let rest: Vec<&Todo> = all.iter().filter(|t| !pressing(t)).collect();
    let hot_name = match hot.iter().any(|t| t.urges > 0) {
        true => "急件、超期和催办",
        false => "急件和超期",
    };
    html! {
        @if !hot.is_empty() {
            (section("h-hot", &format!("{hot_name} {} 件", hot.len()), &"", &slips_of(&hot, clock, around)))
        }
        @if !rest.is_empty() {
            (section("h-rest", if hot.is_empty() { "等您办的" } else { "其他" }, &html! { i { "早到的在前" } }, &slips_of(&rest, clock, around)))
        }
    }
}

/// The words of one slip, kept while it is drawn.
struct Words {
    came: String,
    href: String,
    by: String,
    due: (Due, String, String),
}

fn words_of(t: &Todo, clock: &Clock<'_>, around: &Around<'_>) -> Words {
    let number = t.number.as_deref().unwrap_or_default();
    let from = format!("{} 送来", t.from);
    let gone = if (around.away)(t.case) {
        "所在的柜现在打不开"
    } else {
        ""
    };
    let whose = around.behind.iter().find(|(p, _)| Some(*p) == t.holder);
    let whose = whose.map_or_else(String::new, |(_, name)| format!("代{name}办理"));
    let all = [
        gone,
        &whose,
        t.urged.as_str(),
        &t.brief,
        number,
        &from,
        &t.reading,
    ];
    let said: Vec<&str> = all.into_iter().filter(|s| !s.is_empty()).collect();
    let by = said.join("　");
    Words {
        came: clock.zone.day(t.given_at).short(),
        href: format!("/case/{}?task={}", t.case, t.task),
        by: by.trim().to_owned(),
        due: around.due(t, clock),
    }
}

fn slips_of(all: &[&Todo], clock: &Clock<'_>, around: &Around<'_>) -> Markup {
    let words: Vec<Words> = all.iter().map(|t| words_of(t, clock, around)).collect();
    let rows: Vec<Slip<'_>> = all
        .iter()
        .zip(&words)
        .map(|(t, w)| Slip {
            edge: edge(t, &w.came, around.overdue(t, clock)),
            title: &t.title,
            href: &w.href,
            ask: &t.verb,
            by: &w.by,
            due: w.due.0,
            due_day: &w.due.1,
            due_note: &w.due.2,
        })
        .collect();
    slips(&rows)
}

fn edge<'a>(t: &'a Todo, came: &'a str, is_overdue: bool) -> Edge<'a> {
    match t.urgency.as_str() {
        "特急" => Edge::Mark(Rank::Hot, "特急"),
        _ if is_overdue => Edge::Mark(Rank::Warm, "超期"),
        _ if t.urges > 0 => Edge::Mark(Rank::Warm, "催办"),
        word if note::urgency(word).is_some() => Edge::Mark(Rank::Warm, word),
        _ => Edge::Day(came),
    }
}

fn aside(cx: &Cx<SeeTodo>) -> Result<Markup> {
    let mine = cx.numbers();
    let counts = [
        Count {
            n: mine.doing,
            label: "在办",
            href: "/doing",
        },
        Count {
            n: mine.done,
            label: "已办",
            href: "/done",
        },
    ];
    // who has no post yet still has a first page
    let kept = match acting(cx) {
        Ok(acting) => match drafts::all_of(cx, &acting) {
            Ok(kept) => Some(kept),
            // their volume is away: that must not keep the other to-dos from anybody
            Err(Error::Busy(_)) => None,
            Err(e) => return Err(e),
        },
        Err(Error::Denied(_)) => Some(Vec::new()),
        Err(e) => return Err(e),
    };
    let away = kept.is_none();
    let kept = kept.unwrap_or_default();
    let drafts: Vec<Markup> = kept
        .iter()
        .filter_map(|d| {
            let published = cx.state.engine.procedures.current(&d.procedure).ok()?;
            let title = d
                .values
                .get(&published.procedure.title)
                .and_then(|t| t.as_str());
            let title = title.filter(|t| !t.is_empty()).unwrap_or("（还没有标题）");
            let href = format!("/start/{}?draft={}", d.procedure, d.id);
            Some(html! {
                a href=(href) { (published.procedure.name) "：" (title) }
                span.when { "存于 " (cx.zone().short_time(d.at, cx.at)) }
            })
        })
        .collect();
    Ok(html! {
        (section("h-mine", "我经手的", &"", &tally(&counts)))
        @if away { (section("h-drafts", "没送出的草稿", &"", &html! { p.quiet { "放草稿的柜现在打不开，好了会自己回来。" } })) }
        @if !drafts.is_empty() { (section("h-drafts", "没送出的草稿", &"", &lines(&drafts))) }
    })
}

/// What only this person's posts may start, as buttons; the rest is one page away.
fn start_buttons(cx: &Cx<SeeTodo>) -> Markup {
    let viewer = people::viewer(&cx.state.org.current(), cx.who().person);
    let mine = |p: &&Published| !p.procedure.start.roles.is_empty() && p.may_start(&viewer);
    html! {
        @if cx.numbers().todo > 1 { a.btn href=(BATCH_AT) { "批量办理" } }
        @for p in cx.state.engine.procedures.all().iter().filter(mine).take(BUTTONS) {
            a.btn href=(format!("/start/{}", p.procedure.id)) { (p.procedure.start.label) }
        }
        a.btn href="/start" { "发起事项" }
    }
}

fn doing(cx: &mut Cx<SeeHands>) -> Result<Reply> {
    hands(cx, ("在办", Hand::Open, "/doing"), "您经手的件都办完了")
}

fn done(cx: &mut Cx<SeeHands>) -> Result<Reply> {
    hands(cx, ("已办", Hand::Ended, "/done"), "您经手的件还没有办完的")
}

fn hands(cx: &Cx<SeeHands>, (name, which, at): (&str, Hand, &str), none: &str) -> Result<Reply> {
    let leaf = leafing(cx);
    let index = cx.state.store.index()?;
    let person = cx.who().person;
    let mut all = index_store::list_hands(&index, (person, which), (SIZE, leaf.offset()))?;
    drop(index);
    let who = cx.who().scope.json();
    let engine = &cx.state.engine;
    engine.unveil_listed(&cx.state.store, &who, &mut all)?;
    let total = match which {
        Hand::Open => cx.numbers().doing,
        Hand::Ended => cx.numbers().done,
    };
    let body = if all.is_empty() {
        empty(
            none,
            "办过的件会列在这里，点开能看到现在到谁。",
            &[Link::new("回待办", HOME)],
        )
    } else {
        html! { (listed(name, &all, cx)) (leaves(at, leaf, total)) }
    };
    let content = html! {
        (heading(name, &format!("共 {total} 件"), &html! {}))
        (body)
    };
    Ok(cx.page(name, &content))
}

/// Cases in a table.
pub(super) fn listed(name: &str, all: &[Listed], visit: &Visit) -> Markup {
    let columns = [
        Column::new("编号").short(),
        Column::new("标题").spine().phone(Phone::Title),
        Column::new("事项").short().phone(Phone::Inline),
        Column::new("现在到").phone(Phone::Labelled),
        Column::new("最近办理").short().phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = all
        .iter()
        .map(|l| {
            let now = match l.state.as_str() {
                "open" => note::state(State::Now, &l.held_by),
                "closed" => note::state(State::Ok, "办结"),
                "void" => note::state(State::Off, "作废"),
                "rejected" => note::state(State::Off, "驳回"),
                "terminated" => note::state(State::Off, "终止"),
                "continued" => note::state(State::Off, "结转"),
                _ => note::state(State::Ok, "归档"),
            };
            Row::new(vec![
                html! { (l.number.clone().unwrap_or_default()) },
                html! {
                    @if l.urgency == "特急" { (mark(Rank::Hot, "特急")) " " }
                    @if visit.state.store.away(l.case.shelf()).is_some() { (mark(Rank::Calm, "打不开")) " " }
                    a href=(format!("/case/{}", l.case)) { (l.title) }
                },
                html! { (l.procedure) },
                now,
                html! { (visit.zone().short_time(l.changed_at, visit.at)) },
            ])
        })
        .collect();
    ledger(name, &columns, &rows, "")
}

/// Which leaf of a list is asked for.
pub fn leafing(visit: &Visit) -> Leafing {
    Leafing::new(visit.query("page").parse().unwrap_or(1), SIZE as u32)
}

/// The line under a list; nothing where it fits on one leaf.
pub fn leaves(at: &str, leaf: Leafing, total: u64) -> Markup {
    let last = total.div_ceil(SIZE as u64).max(1);
    if last == 1 {
        return html! {};
    }
    let join = if at.contains('?') { '&' } else { '?' };
    let href = |n: u64| format!("{at}{join}page={n}");
    let now = u64::from(leaf.number);
    let pages: Vec<Leaf> = page_leaves(now, last, href);
    pager(&Pager {
        said: format!("共 {total} 件，第 {now} 页，共 {last} 页"),
        back: (now > 1).then(|| href(now - 1)),
        next: (now < last).then(|| href(now + 1)),
        pages,
        sizes: Vec::new(),
    })
}
