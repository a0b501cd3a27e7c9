//! How the page of issuing looks: who has the document and who has not, then the forms for whoever may send it.
//! Not here: rights; what is not offered has no form.

use crate::engine::case::Task;
use crate::engine::definition::MoveId;
use crate::engine::facts::People as _;
use crate::engine::issued::{self, Receipt, Receiver, When};
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::{FieldErrors, Principal, Result, Zone, name_keys};
use crate::org::distribution_store::{Distribution, Member};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::person_pick::{Count, Group, Person, Picker};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Input, Visit};

/// How a paper goes to an organ outside.
pub(super) const WAYS: [&str; 5] = ["专人送达", "机要交换", "邮寄", "传真", "对方来取"];

/// What the page is drawn from.
pub(super) struct Shown<'a> {
    pub acting: &'a Acting,
    pub view: &'a CaseView,
    pub lists: &'a [Distribution],
    /// The list whose members are chosen already.
    pub picked: Option<&'a Distribution>,
    pub typed: Option<&'a Input>,
    pub errors: &'a FieldErrors,
}

/// Everybody who was sent it.
pub(super) fn receivers(view: &CaseView) -> Vec<Receiver> {
    let case = &view.case;
    let tasks = case.state.tasks.iter().zip(&case.names);
    let names: Vec<_> = tasks
        .map(|(t, (holder, doer))| (t.id, holder, doer))
        .collect();
    let name = |task: &Task| {
        let found = names.iter().find(|(id, ..)| *id == task.id);
        found.map_or_else(String::new, |(_, holder, doer)| match doer.is_empty() {
            true => (*holder).clone(),
            false => (*doer).clone(),
        })
    };
    issued::receivers(&case.state, &name)
}

pub(super) fn page(visit: &Visit, shown: &Shown<'_>, op: String) -> Result<Markup> {
    let view = shown.view;
    let all = receivers(view);
    let (signed, of) = issued::count(&all);
    let may = view.offers.iter().any(|o| o.mv == MoveId::Issue);
    // only who has it in his to-do can be reminded there
    let reminded = |r: &Receiver| r.task.is_some() && r.receipt == Receipt::Awaited;
    let number = view.case.head.number.clone().unwrap_or_default();
    let content = html! {
        (crumbs(&Link::new("返回这一件", view.at.clone()), &[], "分发"))
        (heading("分发", &format!("{number}　{}", view.case.head.title), &html! {}))
        (form::errors(shown.errors))
        @if all.is_empty() { p { "还没有分发给谁。" } }
        @else {
            (section("h-sent", &format!("已签收 {signed}/{of}"), &"", &html! {
                (table(visit, shown, &all, may)?)
                p.acts {
                    (Link::new("打印分发清单、回执单", format!("{}/issue/print", view.at)).button())
                    (Link::new("电子公文和回执", format!("{}/exchange", view.at)).button())
                    (Link::new("回到办件页", view.at.clone()).button())
                }
                @if may && all.iter().any(reminded) { (urging(visit, view)?) }
            }))
        }
        @if may && all.is_empty() {
            (section("h-send", "发给", &"", &sending(visit, shown, &op)))
            p { "发给本平台上的别的单位，或者也用砚台的外单位：" (Link::new("发电子公文", format!("{}/exchange", view.at)).button()) }
        }
        @else if may {
            // what was sent stands first; who is to have it as well is asked when wanted
            details open[shown.typed.is_some_and(|t| !t.has("of")) || shown.picked.is_some()] {
                summary { "再发给别的单位、人员" }
                (sending(visit, shown, &op))
            }
        }
        @else if all.is_empty() { p { "由承办分发的人在这里分发；现在还没有到分发的环节，或者不由您分发。" } }
    };
    Ok(visit.draw(&Page::new("分发").wrong(shown.errors), &content))
}

/// 3月9日 10:20 宋小笺
pub(super) fn receipt(r: &Receiver, zone: Zone, now: crate::kit::Millis) -> String {
    match &r.receipt {
        Receipt::Awaited => String::new(),
        Receipt::Ended => "已收回".to_owned(),
        Receipt::Signed(who, When::At(at)) => format!("{who} {}", zone.short_time(*at, now)),
        Receipt::Signed(who, When::Day(day)) => {
            let day = day.parse::<crate::kit::Day>().map(|d| d.long());
            format!("{who} {}", day.unwrap_or_default())
        }
        Receipt::Refused(who, on, why) => {
            let day = on.parse::<crate::kit::Day>().map(|d| d.long());
            format!("{who} {} 退回：{why}", day.unwrap_or_default())
        }
    }
}

fn table(visit: &Visit, shown: &Shown<'_>, all: &[Receiver], may: bool) -> Result<Markup> {
    let view = shown.view;
    let columns = [
        Column::new("发给").spine().phone(Phone::Title),
        Column::new("怎么送的").short().phone(Phone::Labelled),
        Column::new("份数").short().phone(Phone::Labelled),
        Column::new("分发").phone(Phone::Labelled),
        Column::new("签收").phone(Phone::Labelled),
    ];
    let zone = visit.zone();
    let mut rows = Vec::with_capacity(all.len());
    for r in all {
        let said = receipt(r, zone, view.now());
        let awaited = r.task.is_none() && r.receipt == Receipt::Awaited;
        let slip = may && awaited && r.way != issued::AT_ONCE;
        rows.push(Row::new(vec![
            html! { (r.to) },
            html! { (r.way) @if !r.taken_by.is_empty() { "（" (r.taken_by) "）" } },
            html! { (r.copies) },
            html! { span.nb { (zone.short_time(r.at, view.now())) } " " (r.by) },
            html! {
                @if awaited && r.way == issued::AT_ONCE { "未签收，对方登记后自动回执" }
                @else if slip { (slip_form(visit, shown, r)?) }
                @else if said.is_empty() { "未签收" }
                @else { (said) }
            },
        ]));
    }
    Ok(ledger("分发给了谁", &columns, &rows, ""))
}

fn slip_form(visit: &Visit, shown: &Shown<'_>, r: &Receiver) -> Result<Markup> {
    let again = shown.typed.filter(|t| t.first("of") == r.deed.to_string());
    let typed = |name: &str| again.map_or_else(String::new, |t| t.first(name).to_owned());
    let none = FieldErrors::default();
    let errors = if again.is_some() { shown.errors } else { &none };
    Ok(html! {
        details open[again.is_some()] {
            summary {
                @if r.way == issued::BY_FILE { "未签收，等电子回执；对方交来纸质回执的，在这里登记" }
                @else { "未签收，登记回执" }
            }
            form method="post" action=(format!("{}/issue/slip", shown.view.at)) {
                (form::tokens(visit.csrf(), &visit.new_op()?))
                (form::hidden("of", &r.deed.to_string()))
                (form::text("by", "签收人").need().value(typed("by")).check(errors))
                (form::date("signed_on", "签收日期").value(typed("signed_on")).hint("空着就是今天").check(errors))
                p.acts { button.btn type="submit" { "登记回执" } }
            }
        }
    })
}

fn urging(visit: &Visit, view: &CaseView) -> Result<Markup> {
    Ok(html! {
        form method="post" action=(format!("{}/issue/urge", view.at)) {
            (form::tokens(visit.csrf(), &visit.new_op()?))
            p.acts { button.btn type="submit" { "催没有签收的" } }
        }
    })
}

fn sending(visit: &Visit, shown: &Shown<'_>, op: &str) -> Markup {
    let view = shown.view;
    let typed = |name: &str, usual: &str| {
        let found = shown.typed.map(|t| t.first(name).to_owned());
        found.unwrap_or_else(|| usual.to_owned())
    };
    let outside = typed("outside", &outside_of(shown.picked));
    let errors = shown.errors;
    let ways = WAYS.map(|w| Choice::new(w, w)).to_vec();
    html! {
            @if !shown.lists.is_empty() {
                form method="get" action=(format!("{}/issue", view.at)) {
                    (form::select("list", "按分送表选", lists(shown)).value(visit.query("list").to_owned()))
                    p.acts { button.btn type="submit" { "照这张表选好" } }
                }
            }
            form method="post" action=(format!("{}/issue", view.at)) {
                (form::tokens(visit.csrf(), op))
                (picker(shown, "depts", "本单位的部门", true))
                (picker(shown, "people", "本单位的人员", false))
                (form::area("outside", "外单位", 3).value(outside).hint("一行写一个单位；没有外单位的空着").check(errors))
                (form::select("way", "外单位怎么送", ways).value(typed("way", "专人送达")).check(errors))
                (form::number("copies", "每个外单位几份").value(typed("copies", "1")).check(errors))
                (form::text("taken_by", "送件人或者邮件号").value(typed("taken_by", "")).check(errors))
                (form::date("on", "送出日期").value(typed("on", "")).hint("空着就是今天").check(errors))
                (form::text("note", "附言").value(typed("note", "")).line().check(errors))
                p.acts { button.btn.key type="submit" { "分发" } }
            }
    }
}

fn lists(shown: &Shown<'_>) -> Vec<Choice> {
    let mut all = vec![Choice::new("", "请选择")];
    all.extend(
        shown
            .lists
            .iter()
            .map(|l| Choice::new(l.id.to_string(), &l.name)),
    );
    all
}

fn outside_of(list: Option<&Distribution>) -> String {
    let members = list.map_or(&[][..], |l| &l.members);
    let names = members.iter().filter_map(|m| match m {
        Member::Outside(name) => Some(name.as_str()),
        _ => None,
    });
    names.collect::<Vec<_>>().join("\n")
}

/// Departments by whoever receives for them, or people by department: those the engine offers.
fn picker(shown: &Shown<'_>, name: &str, label: &str, depts: bool) -> Markup {
    let people = shown.acting.people();
    let offer = shown.view.offers.iter().find(|o| o.mv == MoveId::Issue);
    let pick = offer
        .and_then(|o| o.choices.first())
        .and_then(|c| c.pick.as_ref());
    let among = pick.map_or(&[][..], |p| &p.among);
    let receives = |d| people.receiver_of(d).or_else(|| people.head_of(d));
    let mut groups: Vec<Group> = Vec::new();
    let mut chosen: Vec<String> = Vec::new();
    let listed = shown.picked.map_or(&[][..], |l| &l.members);
    for dept in people.departments() {
        let mut group = Group {
            dept: people.dept_name(dept),
            people: Vec::new(),
        };
        if depts {
            let Some(post) = receives(dept).filter(|p| among.contains(p)) else {
                continue;
            };
            group
                .people
                .push(person(&people.dept_name(dept), &people.name(post), post));
            if listed.contains(&Member::Department(dept)) {
                chosen.push(post.to_raw().to_string());
            }
        } else {
            for p in people
                .staff_of(dept)
                .into_iter()
                .filter(|p| among.contains(p))
            {
                let Principal::Person(id) = p else { continue };
                let title = people.directory.title_of(id);
                group.people.push(person(&people.name(p), &title, p));
                if listed.contains(&Member::Person(id)) {
                    chosen.push(p.to_raw().to_string());
                }
            }
        }
        if !group.people.is_empty() {
            groups.push(group);
        }
    }
    if groups.is_empty() {
        return html! {};
    }
    if depts {
        let all = groups.into_iter().flat_map(|g| g.people).collect();
        groups = vec![Group {
            dept: "部门".to_owned(),
            people: all,
        }];
    }
    if let Some(typed) = shown.typed {
        chosen = typed.all(name).into_iter().map(str::to_owned).collect();
    }
    html! { (Picker::new(name, label, Count::Many).groups(groups).chosen(chosen).check(shown.errors)) }
}

fn person(name: &str, post: &str, principal: Principal) -> Person {
    let keys = name_keys(name);
    Person {
        value: principal.to_raw().to_string(),
        name: name.to_owned(),
        post: post.to_owned(),
        keys: format!("{} {}", keys.full.replace(' ', ""), keys.initials),
        away: String::new(),
    }
}
