//! What the pages of delegation have in common: the fields of a new one, and a list of those there are.
//! Not here: whose they are (the two pages).

use crate::access::Action;
use crate::engine::people;
use crate::engine::procedures::Procedures;
use crate::kit::{Error, PersonId, PostId, Result};
use crate::org::standing_store::Wish;
use crate::org::{Delegation, Directory, pick};
use crate::screens::people::sheet::{self, Filled};
use crate::ui::deed::{Press, one_button};
use crate::ui::note::{State, state};
use crate::ui::person_pick::{Count, Group, Person, Picker};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Markup, form, html};
use crate::web::Cx;

/// What is written where the deputies stand in and nobody is named.
const BY_POST: &str = "deputies";

/// Names of a post's or a person's deputies.
pub(super) fn deputies(d: &Directory, posts: impl Iterator<Item = PostId>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for post in posts {
        for b in d.deputies_of(post) {
            let name = d.person_name(b);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.join("、")
}

/// Everybody to choose one of.
pub(super) fn picker(
    d: &Directory,
    (name, label): (&str, &str),
    filled: &Filled<'_>,
    without: Option<PersonId>,
) -> Picker {
    let person = |c: pick::Choice| {
        let keys = d.person(c.person).map_or_else(String::new, |p| {
            format!("{} {}", p.keys.full.replace(' ', ""), p.keys.initials)
        });
        let mut away = d.delegated_by(c.person).map(Delegation::span_words);
        Person {
            value: c.person.to_string(),
            name: c.name,
            post: c.post_name,
            keys,
            away: away.next().map_or_else(String::new, |w| format!("{w}不在")),
        }
    };
    let groups = pick::groups(d).into_iter().map(|g| {
        let people = g.people.into_iter().filter(|c| Some(c.person) != without);
        Group {
            dept: g.name,
            people: people.map(person).collect(),
        }
    });
    Picker::new(name, label, Count::One)
        .groups(groups.collect())
        .chosen(filled.ticked(name, Vec::new()))
        .check(&filled.errors)
}

/// The days, the delegate, what it is about, why. `person` is whose tasks, where that is known.
pub(super) fn fields<A: Action>(
    cx: &Cx<A>,
    filled: &Filled<'_>,
    person: Option<PersonId>,
) -> Markup {
    let d = cx.state.org.current();
    let today = sheet::today(cx).to_string();
    let by_post = match person {
        Some(p) => deputies(&d, d.posts_of(p).map(|p| p.id)),
        None => "他岗位上的B岗".to_owned(),
    };
    let ways = vec![
        form::Choice::new("person", "交给下面选的人"),
        form::Choice::new(BY_POST, format!("按AB岗，由{by_post}代办")),
    ];
    let viewer = people::viewer(&d, person.unwrap_or(cx.who().person));
    let kinds: Vec<form::Choice> = cx
        .state
        .engine
        .procedures
        .all()
        .iter()
        .filter(|p| p.is_for(&viewer))
        .map(|p| form::Choice::new(p.procedure.id.clone(), p.procedure.name.clone()))
        .collect();
    html! {
        (filled.put(form::date("first", "从哪天起").need(), "first", &today))
        (filled.put(form::date("last", "到哪天为止").need().hint("这一天也算在内，过了自己结束"), "last", ""))
        @if !by_post.is_empty() { (filled.put(form::radios("way", "由谁代办", ways), "way", "person")) }
        (picker(&d, ("delegate", "代办的人"), filled, person))
        (filled.put_all(form::checks("procedures", "哪些事项", kinds)
            .hint("一个也不勾就是全部事项"), "procedures", Vec::new()))
        (filled.put(form::text("reason", "原因").need().hint("例如：年休假、去县里开会"), "reason", ""))
    }
}

/// What was typed.
pub(super) fn wish<A: Action>(cx: &Cx<A>, person: PersonId) -> Result<Wish> {
    let d = cx.state.org.current();
    let delegate: Option<PersonId> = match cx.form("way") {
        BY_POST => None,
        _ => {
            let chosen = sheet::chosen(cx, "delegate")?;
            let chosen = chosen.map(PersonId).filter(|p| d.is_here(*p));
            Some(chosen.ok_or_else(|| Error::invalid("delegate", "请选一个代办的人"))?)
        }
    };
    if delegate.is_none() && deputies(&d, d.posts_of(person).map(|p| p.id)).is_empty() {
        let why = "岗位上还没有安排B岗，请选一个代办的人";
        return Err(Error::invalid("delegate", why));
    }
    let known = |id: &&str| cx.state.engine.procedures.current(id).is_ok();
    let procedures = cx.form_all("procedures").into_iter().filter(known);
    Ok(Wish {
        person,
        delegate,
        first: sheet::day(cx, "first")?,
        last: sheet::day(cx, "last")?,
        procedures: procedures.map(str::to_owned).collect(),
        reason: cx.form("reason").to_owned(),
    })
}

/// All of them, the newest first; those that are not over have a button posted to `end`.
pub(super) fn list<A: Action>(cx: &Cx<A>, all: &[&Delegation], end: &str) -> Result<Markup> {
    let d = cx.state.org.current();
    let columns = [
        Column::new("谁的待办").phone(Phone::Title),
        Column::new("由谁代办").phone(Phone::Labelled),
        Column::new("日子").short().phone(Phone::Labelled),
        Column::new("事项").phone(Phone::Labelled),
        Column::new("原因").spine().phone(Phone::Labelled),
        Column::new("谁设的").phone(Phone::Labelled),
        Column::new("现在").short().phone(Phone::Inline),
        Column::new("要办的"),
    ];
    let today = sheet::today(cx);
    let mut rows = Vec::new();
    for one in all.iter().rev() {
        let press = Press::new("结束委托").posts("id", format!("{}.{}", one.id, one.rev));
        let stands = match &one.ended {
            Some((by, at)) => {
                let by = d.person_name(*by);
                state(
                    State::Off,
                    &format!("{by} {} 结束", cx.zone().short_time(*at, cx.at)),
                )
            }
            None if one.runs(today) => state(State::Now, "正在代办"),
            None if one.is_ahead(today) => state(State::Waiting, "还没开始"),
            None => state(State::Ok, "已到期"),
        };
        rows.push(Row::new(vec![
            html! { (d.person_name(one.person)) },
            html! { (delegate_words(&d, one)) },
            html! { (one.span_words()) },
            html! { (about_words(&cx.state.engine.procedures, one)) },
            html! { (one.reason) },
            set_by(&d, one),
            stands,
            html! { @if one.is_ahead(today) { (one_button(end, cx.csrf(), &cx.new_op()?, &press)) } },
        ]));
    }
    Ok(ledger("委托", &columns, &rows, ""))
}

fn delegate_words(d: &Directory, one: &Delegation) -> String {
    match one.delegate {
        Some(p) => d.title_of(p),
        None => match deputies(d, d.posts_of(one.person).map(|p| p.id)) {
            names if names.is_empty() => "没有安排B岗".to_owned(),
            names => format!("{names}（B岗）"),
        },
    }
}

fn about_words(all: &Procedures, one: &Delegation) -> String {
    match one.procedures.as_slice() {
        [] => "全部".to_owned(),
        some => all.named(some),
    }
}

/// Who set it: a person, or by itself the case that was approved.
fn set_by(d: &Directory, one: &Delegation) -> Markup {
    match one.case() {
        Some(case) => html! { a href=(format!("/case/{case}")) { "批准后自动生成" } },
        None => html! { (d.person_name(one.set_by)) },
    }
}

/// 请假（公休）申请“党政办备案”以后，由表里的工作代理人代办: what comes by itself, as the procedures say.
pub(super) fn by_itself(all: &Procedures) -> Vec<String> {
    let mut words = Vec::new();
    for published in all.all().iter().filter(|p| !p.standing.off) {
        let p = &published.procedure;
        for rule in &p.delegates {
            let whom = rule.person.as_ref().and_then(|f| p.field(f));
            let whom = whom.map_or("B岗", |f| f.label.as_str());
            words.push(format!(
                "“{}”办完“{}”，那几天的待办就由填的{whom}代办",
                p.name,
                p.step_name(&rule.step)
            ));
        }
    }
    words
}

/// Which delegation a button names, as it was seen.
pub(super) fn named<A: Action>(cx: &Cx<A>) -> Result<(i64, i64)> {
    let (id, rev) = cx.form("id").split_once('.').ok_or(Error::NotFound)?;
    let parse = |n: &str| n.parse().map_err(|_| Error::NotFound);
    Ok((parse(id)?, parse(rev)?))
}
