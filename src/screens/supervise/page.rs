//! The list of supervised matters on screen, and laid across on A4 for the weekly meeting.
//! Invariant: a light is always a word too; what is shown is what `list_matters` lets this person see.

use super::{AT, SeeMatters};
use crate::access::Action;
use crate::engine::index_store::Listed;
use crate::engine::run::Acting;
use crate::engine::supervision::{Light, Matter, supervisor};
use crate::engine::supervision_store::list_matters;
use crate::engine::unveil::KEPT_BACK;
use crate::kit::{Calendar, Millis, Result, Zone};
use crate::screens::case::beside::starts;
use crate::ui::book::{Book, BookColumn};
use crate::ui::form;
use crate::ui::frame::{Page, heading};
use crate::ui::list::empty;
use crate::ui::note::{self, State};
use crate::ui::print::{PrintBar, print_page};
use crate::ui::table::{Column, Phone, Row, View, ledger, views};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply, Visit};

/// How the list may be narrowed: the word of the address, what it is called, the light.
const NARROW: [(&str, &str, Option<Light>); 6] = [
    ("", "在办", None),
    ("red", "红灯", Some(Light::Red)),
    ("yellow", "黄灯", Some(Light::Yellow)),
    ("green", "绿灯", Some(Light::Green)),
    ("out", "已销号", Some(Light::Out)),
    ("all", "全部", None),
];

/// With what lights are reckoned.
pub(super) struct Clock<'a> {
    pub now: Millis,
    pub zone: Zone,
    pub calendar: &'a Calendar,
}

impl Clock<'_> {
    pub fn light(&self, m: &Matter) -> Light {
        m.light(self.now, self.zone, self.calendar)
    }

    pub fn why(&self, m: &Matter) -> String {
        m.why(self.now, self.zone, self.calendar)
    }
}

/// All this person may see, filled where the lists keep words back.
pub(super) fn matters<A: Action>(cx: &Cx<A>) -> Result<Vec<Matter>> {
    let who = cx.who().scope.json();
    let mut all = list_matters(&cx.state.store.index()?, &who)?;
    let mut bare: Vec<Listed> = all
        .iter()
        .filter(|m| m.title.is_empty())
        .map(listed)
        .collect();
    cx.state
        .engine
        .unveil_listed(&cx.state.store, &who, &mut bare)?;
    for m in all.iter_mut().filter(|m| m.title.is_empty()) {
        let found = bare.iter().find(|l| l.case == m.case);
        m.title = found.map_or_else(|| KEPT_BACK.to_owned(), |l| l.title.clone());
        m.number = found.and_then(|l| l.number.clone());
        m.held_by = found.map(|l| l.held_by.clone()).unwrap_or_default();
    }
    Ok(all)
}

fn listed(m: &Matter) -> Listed {
    Listed {
        case: m.case,
        procedure: String::new(),
        title: String::new(),
        number: None,
        urgency: String::new(),
        state: m.state.clone(),
        step: String::new(),
        held_by: String::new(),
        changed_at: m.opened_at,
        due_at: None,
    }
}

fn asked(cx: &Visit) -> (&'static str, Option<Light>) {
    let light = if cx.input.has("light") {
        cx.form("light")
    } else {
        cx.query("light")
    };
    let found = NARROW.iter().find(|(id, ..)| *id == light);
    found.map_or(("", None), |(id, _, light)| (*id, *light))
}

fn fits((id, light): (&str, Option<Light>), its: Light) -> bool {
    match (id, light) {
        ("all", _) => true,
        (_, Some(light)) => light == its,
        _ => its != Light::Out,
    }
}

/// The matters of the light that is asked for, the worst first.
pub(super) fn chosen<'m>(cx: &Visit, all: &'m [Matter], clock: &Clock<'_>) -> Vec<&'m Matter> {
    let asked = asked(cx);
    let mut some: Vec<&Matter> = all.iter().filter(|m| fits(asked, clock.light(m))).collect();
    some.sort_by_key(|m| clock.light(m));
    some
}

/// GET `/supervision?light=`.
pub(super) fn show(cx: &mut Cx<SeeMatters>) -> Result<Reply> {
    let all = matters(cx)?;
    let directory = cx.state.org.current();
    let clock = Clock {
        now: cx.at,
        zone: cx.zone(),
        calendar: directory.calendar(),
    };
    let asked = asked(cx);
    let counts: Vec<(String, u64)> = NARROW
        .iter()
        .map(|(id, _, light)| {
            let n = all
                .iter()
                .filter(|m| fits((id, *light), clock.light(m)))
                .count();
            (format!("{AT}?light={id}"), n as u64)
        })
        .collect();
    let shown: Vec<View<'_>> = NARROW
        .iter()
        .zip(&counts)
        .map(|((id, label, _), (href, n))| View {
            label,
            href,
            count: Some(*n),
            current: *id == asked.0,
        })
        .collect();
    let some: Vec<&Matter> = all.iter().filter(|m| fits(asked, clock.light(m))).collect();
    let print = Link::new("打印", format!("{AT}/print?light={}", asked.0));
    let acts = html! {
        @if !some.is_empty() {
            (print.button())
            form.inl method="post" action=(format!("{AT}/excel")) {
                (form::tokens(cx.csrf(), &cx.new_op()?)) (form::hidden("light", asked.0))
                button.btn type="submit" { "导出 Excel" }
            }
        }
        (new_one(cx)?)
    };
    let content = html! {
        (heading("督办台账", &format!("{} 件", some.len()), &acts))
        @if !all.is_empty() { (views(&shown, None)) }
        @if all.is_empty() { (nothing(cx)) }
        @else if some.is_empty() { (empty("没有这样的督办件，共 0 件。", "请点上面别的灯，或者看全部。", &[])) }
        @else { (table(&some, &clock)) }
        p.hint { "红灯：超过时限。黄灯：三个工作日内到期，或者一周没有报进展。绿灯：正常。承办的人打开件，点“报进展”就记到这里。" }
    };
    Ok(Reply::Page(
        cx.draw(&Page::new("督办台账").wide(), &content),
    ))
}

/// 立项 by hand, for whoever may.
fn new_one(cx: &Cx<SeeMatters>) -> Result<Markup> {
    let Some((published, _)) = supervisor(&cx.state.engine.procedures) else {
        return Ok(html! {});
    };
    let to = &published.procedure;
    let directory = cx.state.org.current();
    let may = match Acting::of(&directory, cx.who().person) {
        Ok(acting) => starts(&acting, &to.start.roles),
        // who has no post begins nothing
        Err(crate::kit::Error::Denied(_)) => false,
        Err(e) => return Err(e),
    };
    let link = Link::new(to.start.label.clone(), format!("/start/{}", to.id));
    Ok(html! { @if may { (link.button()) } })
}

fn nothing(cx: &Cx<SeeMatters>) -> Markup {
    let has = supervisor(&cx.state.engine.procedures);
    match has {
        Some((_, rule)) => {
            let next = format!(
                "在要督办的件上点“{}”，或者直接立项，督办件就列在这里。",
                rule.label
            );
            empty("您能看到的督办件共 0 件。", &next, &[])
        }
        None => empty(
            "本单位还没有启用督办事项。",
            "请管理员启用一个督办事项（例如督办通知单），以后立项的件就列在这里。",
            &[],
        ),
    }
}

fn lamp(light: Light, why: &str) -> Markup {
    let state = match light {
        Light::Red => State::Bad,
        Light::Yellow => State::Warn,
        Light::Green => State::Ok,
        Light::Out => State::Off,
    };
    html! {
        (note::state(state, light.word()))
        @if !why.is_empty() { br; span.faint { (why) } }
    }
}

fn table(all: &[&Matter], clock: &Clock<'_>) -> Markup {
    let columns = [
        Column::new("灯").short().phone(Phone::Labelled),
        Column::new("事项").phone(Phone::Title),
        Column::new("来源").phone(Phone::Labelled),
        Column::new("牵头").phone(Phone::Labelled),
        Column::new("配合").phone(Phone::Labelled),
        Column::new("时限").short().phone(Phone::Labelled),
        Column::new("最近进展").phone(Phone::Labelled),
        Column::new("现在到").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = all.iter().map(|m| row(m, clock)).collect();
    ledger("督办台账", &columns, &rows, "")
}

fn row(m: &Matter, clock: &Clock<'_>) -> Row {
    let light = clock.light(m);
    let said = |(at, who, words): &(Millis, String, String)| {
        html! { p { span.faint { (clock.zone.short_time(*at, clock.now)) "　" (who) "：" } (words) } }
    };
    Row::new(vec![
        lamp(light, &clock.why(m)),
        html! {
            a href=(format!("/case/{}", m.case)) { (m.title) }
            @if let Some(n) = &m.number { span.faint { "　" (n) } }
            @if m.matter != m.title && !m.matter.is_empty() { br; span.faint { (m.matter) } }
        },
        html! { (m.source) },
        html! { (m.principal) },
        html! { (m.assisting) },
        html! { (m.due_on.map(|d| d.short()).unwrap_or_default()) },
        html! {
            @match m.progress.split_first() {
                None => { @if light != Light::Out { span.faint { "还没有报过" } } },
                Some((first, rest)) => {
                    (said(first))
                    @if !rest.is_empty() { details { summary { "前几次" } @for one in rest { (said(one)) } } }
                }
            }
        },
        html! { @if light == Light::Out { "已销号" @if m.proof { "，有办结材料" } } @else { (m.held_by) } },
    ])
}

/// GET `/supervision/print?light=`.
pub(super) fn print(cx: &mut Cx<SeeMatters>) -> Result<Reply> {
    let all = matters(cx)?;
    let directory = cx.state.org.current();
    let clock = Clock {
        now: cx.at,
        zone: cx.zone(),
        calendar: directory.calendar(),
    };
    let some = chosen(cx, &all, &clock);
    let rows: Vec<Vec<String>> = some
        .iter()
        .enumerate()
        .map(|(i, m)| printed(i, m, &clock))
        .collect();
    let columns = [
        BookColumn::of("序号", 3, false),
        BookColumn::of("灯", 4, false),
        BookColumn::of("督办事项", 16, false),
        BookColumn::of("目标和要求", 20, false),
        BookColumn::of("来源", 6, false),
        BookColumn::of("牵头部门", 8, false),
        BookColumn::of("配合部门", 10, false),
        BookColumn::of("时限", 8, true),
        BookColumn::of("最近进展", 22, false),
    ];
    let n = |light: Light| some.iter().filter(|m| clock.light(m) == light).count();
    let total = format!(
        "合计 {} 件：红灯 {}、黄灯 {}、绿灯 {}、已销号 {}",
        some.len(),
        n(Light::Red),
        n(Light::Yellow),
        n(Light::Green),
        n(Light::Out)
    );
    let site = cx.site();
    let org = if site.office_full.is_empty() {
        &site.office
    } else {
        &site.office_full
    };
    let day = cx.zone().day(cx.at).long();
    let title = format!("督办事项进展情况　{day}");
    let printed = format!("{}打印", cx.zone().long_time(cx.at));
    let (leaves, pages) = Book {
        org,
        title: &title,
        line: (
            "红：超期　黄：三个工作日内到期或一周没有报进展　绿：正常",
            &printed,
        ),
        columns: &columns,
        rows: &rows,
        total: &total,
    }
    .leaves();
    let bar = PrintBar {
        back: &format!("{AT}?light={}", asked(cx).0),
        said: &format!("共 {pages} 页，A4 纸横放：打印时方向选“横向”，边距选“无”或“默认”。"),
    };
    Ok(Reply::Page(print_page(
        site,
        &Page::new(&title),
        &bar,
        &leaves,
    )))
}

fn printed(i: usize, m: &Matter, clock: &Clock<'_>) -> Vec<String> {
    let why = clock.why(m);
    let light = clock.light(m).word();
    // where the title is what is to be done it is not said twice
    let matter = if m.matter == m.title { "" } else { &m.matter };
    let number = m.number.as_deref().unwrap_or_default();
    let told = m
        .progress
        .first()
        .map(|(at, who, words)| format!("{} {who}：{words}", clock.zone.day(*at).short()));
    vec![
        (i + 1).to_string(),
        if why.is_empty() {
            light.to_owned()
        } else {
            format!("{light}，{why}")
        },
        crate::kit::text::one_line(&format!("{} {number}", m.title)),
        crate::kit::text::one_line(matter),
        m.source.clone(),
        m.principal.clone(),
        m.assisting.clone(),
        m.due_on.map(|d| d.long()).unwrap_or_default(),
        match told {
            Some(told) => told,
            None if clock.light(m) == Light::Out => String::new(),
            None => "还没有报过".to_owned(),
        },
    ]
}
