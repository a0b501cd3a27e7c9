//! `/procedures/{procedure}`: one procedure: how it stands, its draft and what that changes, what newly ships, its
//! versions with what each changed. Each deed has its own page or button.

use super::{
    AT, AuthoriseProcedure, DesignProcedure, SeeProcedures, at, maker, may_change, may_look,
    origin, read, used,
};
use crate::access::policy;
use crate::engine::definition::Procedure;
use crate::engine::definition::difference::{differences, who};
use crate::engine::facts::People as _;
use crate::engine::people::InOrgan;
use crate::engine::procedures::{Grantee, Published};
use crate::engine::schedule_store;
use crate::engine::workshop::{Right, Sketch, open_cases};
use crate::kit::{Error, Principal, Result};
use crate::ui::deed::{Press, one_button};
use crate::ui::form::{OP, hidden, token};
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::{facts, lines, section};
use crate::ui::note::{self, State, Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// Cases begun by the calendar that are listed.
const LAST_RUNS: i64 = 10;

pub(super) fn show(cx: &mut Cx<SeeProcedures>) -> Result<Reply> {
    let id: String = cx.path("procedure")?;
    may_look(cx, &id)?;
    let engine = &cx.state.engine;
    let published = engine.procedures.current(&id).ok();
    let sketch = engine.sketch(&cx.state.store, &id)?;
    let drawn = sketch.as_ref().map(|s| read(&s.text)).transpose()?;
    let name = match (&published, &drawn) {
        (Some(p), _) => p.procedure.name.clone(),
        (None, Some(p)) => p.name.clone(),
        (None, None) => return Err(Error::NotFound),
    };
    let changes = engine.may_change(&cx.state.store, &maker(cx)?, &id).is_ok();
    let small = match &published {
        Some(p) => origin(p.standing.origin),
        None => "还没有发布",
    };
    let content = html! {
        (crumbs(&Link::new("事项管理", AT), &[], &name))
        (heading(&name, small, &html! {
            @if changes { (Link::new("改表单和流程", format!("{}/design", at(&id))).button()) }
            (acts(cx, &id, published.is_some(), changes)?)
        }))
        @if let (Some(s), Some(p)) = (&sketch, &drawn) {
            (draft(cx, (s, p), published.as_ref(), changes)?)
        }
        @if let Some(p) = &published {
            (newer(cx, p, changes)?)
            (standing(cx, p)?)
            (calendar(cx, p, changes)?)
            (section("h-steps", "环节", &"", &steps(&p.procedure)))
            (section("h-versions", "本单位发布过的版本", &"", &super::versions::list(cx, p)?))
        }
    };
    Ok(cx.page(&name, &content))
}

fn acts(cx: &Cx<SeeProcedures>, id: &str, is_published: bool, changes: bool) -> Result<Markup> {
    let at = at(id);
    if !is_published {
        return Ok(html! {});
    }
    Ok(html! {
        @if changes {
            (Link::new("启用和位置", format!("{at}/place")).button())
        }
        @if policy::may::<AuthoriseProcedure>(cx.who(), cx.peer()) {
            (Link::new("授权", format!("{at}/rights")).button())
        }
        (Link::new("另存为新事项", format!("{at}/copy")).button())
        // a file comes and the page stays: its button must not wait for another
        form.inl method="post" action={ (at) "/export" } data-download {
            (token(cx.csrf())) (hidden(OP, &cx.new_op()?)) (Press::new("导出文件"))
        }
    })
}

/// The draft: whose, and what it would change.
fn draft(
    cx: &Cx<SeeProcedures>,
    (sketch, drawn): (&Sketch, &Procedure),
    published: Option<&Published>,
    changes: bool,
) -> Result<Markup> {
    let when = cx.zone().short_time(sketch.at, cx.at);
    let said = published.map(|p| differences(&p.procedure, drawn));
    let at = at(&sketch.procedure);
    let aside = format!("{} {when} 存的，还没有发布", sketch.name);
    let body = html! {
        @match &said {
            Some(all) if all.is_empty() => p { "和现在的版本一样，没有改动。" },
            Some(all) => (lines(&all.iter().map(|s| html! { (s) }).collect::<Vec<_>>())),
            None => p { "这是一个新事项，共 " (drawn.steps.len()) " 个环节、" (drawn.fields.len()) " 个字段。" },
        }
        @if changes {
            div.acts {
                (Link::new("核对并发布", format!("{at}/publish")).key())
                form.inl method="post" action={ (at) "/drop" } {
                    (crate::ui::form::tokens(cx.csrf(), &cx.new_op()?))
                    (crate::ui::form::hidden("rev", &sketch.rev.to_string()))
                    (Press::new("放弃草稿"))
                }
            }
        }
    };
    Ok(section("h-draft", "草稿", &aside, &body))
}

/// A newer text came with the program; the office's own stays until it says otherwise.
fn newer(cx: &Cx<SeeProcedures>, p: &Published, changes: bool) -> Result<Markup> {
    let id = &p.procedure.id;
    let (Some(_), Some(shipped)) = (&p.standing.newer, cx.state.engine.procedures.shipped_of(id))
    else {
        return Ok(html! {});
    };
    let said = differences(&p.procedure, &shipped.procedure);
    let at = at(id);
    let body = html! {
        p { "程序升级带来了新的“" (shipped.procedure.name) "”。本单位改过的照旧在用；改用新的，会有这些变化：" }
        (lines(&said.iter().map(|s| html! { (s) }).collect::<Vec<_>>()))
        @if changes {
            div.acts {
                (one_button(&format!("{at}/follow"), cx.csrf(), &cx.new_op()?, &Press::new("改用随程序带来的新版本")))
                (one_button(&format!("{at}/keep"), cx.csrf(), &cx.new_op()?, &Press::new("看过了，继续用本单位的")))
            }
        }
    };
    Ok(section("h-newer", "随程序带来的新版本", &"", &body))
}

fn standing(cx: &Cx<SeeProcedures>, p: &Published) -> Result<Markup> {
    let directory = cx.state.org.current();
    let people = InOrgan {
        directory: &directory,
        organ: cx.who().organ,
    };
    let named = |right: Right, none: &str| {
        let all = match right {
            Right::Start => &p.standing.start,
            Right::See => &p.standing.see,
            Right::Design => &p.standing.design,
        };
        let names: Vec<String> = all
            .iter()
            .map(|g| match g {
                Grantee::Principal(x) => people.name(*x),
                Grantee::Role(r) => people.role_name(r),
            })
            .collect();
        let said = match names.is_empty() {
            true => none.to_owned(),
            false => names.join("、"),
        };
        (right.label(), html! { (said) })
    };
    let open = open_cases(&cx.state.store.index()?)?;
    let state = match p.standing.off {
        true => note::state(State::Off, "停用：不能再发起，在办的照常办完，登记簿照常看"),
        false => note::state(State::Ok, "启用"),
    };
    let owner = p.procedure.department.map(|d| {
        format!(
            "{}自己的，只有本部门的人能发起、能看登记簿",
            directory.dept_name(d)
        )
    });
    let (seen_by, changed_by) = match p.procedure.department {
        Some(_) => ("本部门的人；看得到哪些件，按各件的查看权", "本部门的自管员"),
        None => ("每个人；看得到哪些件，按各件的查看权", "有设计权限的人"),
    };
    let here = used::buttons(cx, p, "")?;
    let mut rows = vec![
        ("状态", state),
        ("分组", html! { (p.heading()) }),
        (
            "在办",
            html! { (open.get(&p.procedure.id).copied().unwrap_or(0)) " 件" },
        ),
        named(Right::Start, &p.starters(&people)),
        named(Right::See, seen_by),
        named(Right::Design, changed_by),
        (
            "登记簿",
            html! { (Link::new(&p.procedure.register.name, format!("/register/{}", p.procedure.register.id))) },
        ),
    ];
    if let Some(owner) = owner {
        rows.insert(0, ("归谁", html! { (owner) }));
    } else if !cx.who().runs.is_empty() {
        rows.insert(1, ("本部门", here));
    }
    Ok(facts("现在怎么用", &rows))
}

/// What the calendar begins, whether it does, and what it began last.
fn calendar(cx: &Cx<SeeProcedures>, p: &Published, changes: bool) -> Result<Markup> {
    let Some(every) = &p.procedure.start.every else {
        return Ok(html! {});
    };
    let id = &p.procedure.id;
    let directory = cx.state.org.current();
    let people = InOrgan {
        directory: &directory,
        organ: cx.who().organ,
    };
    let (on, runs) = {
        let hub = cx.state.store.hub()?;
        let all = schedule_store::list_switched(&hub)?;
        let on = all.into_iter().find(|s| s.procedure == *id);
        (on, schedule_store::list_runs(&hub, id, LAST_RUNS)?)
    };
    let whom: Vec<String> = every.roles.iter().map(|r| people.role_name(r)).collect();
    let state = match &on {
        Some(s) => format!(
            "{}开始，由{}打开",
            s.since.long(),
            directory.person_name(s.person)
        ),
        None => "没有打开，不会自己发起".to_owned(),
    };
    let tone = if on.is_some() { State::Ok } else { State::Off };
    let (word, to) = match on.is_some() {
        true => ("停止按时发起", "off"),
        false => ("开始按时发起", "on"),
    };
    let last: Vec<Markup> = runs
        .iter()
        .map(|r| {
            let whose = people.name(Principal::Post(r.post));
            html! { (r.period) "　" (whose) span.when { (cx.zone().short_time(r.at, cx.at)) } }
        })
        .collect();
    let body = html! {
        p { (every.words()) "，给每位" (whom.join("、")) "各发起一件，进他的待办。" (note::state(tone, &state)) }
        @if changes {
            (one_button(&format!("{}/schedule", at(id)), cx.csrf(), &cx.new_op()?, &Press::new(word).posts("state", to)))
        }
        @if !last.is_empty() { p.quiet { "最近发起的：" } (lines(&last)) }
    };
    Ok(section("h-calendar", "按时发起", &"", &body))
}

/// POST `/procedures/{procedure}/schedule`.
pub(super) fn switch(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let id: String = cx.path("procedure")?;
    may_change(cx, &id)?;
    let on = cx.form("state") == "on";
    let person = cx.who().person;
    let stamp = cx.permit.stamp_on(&id);
    let store = &cx.state.store;
    cx.state
        .engine
        .switch_schedule(store, stamp, (&id, on), person)?;
    cx.tell(match on {
        true => "已打开：到了日子会自己发起",
        false => "已停止：不再自己发起，已经发起的照常办",
    });
    Ok(Reply::To(at(&id)))
}

/// The path, a line a step.
pub(super) fn steps(p: &Procedure) -> Markup {
    let one = |s: &crate::engine::definition::Step| {
        let due = s.due.as_ref().map(|d| format!("，{}内", d.term.words()));
        html! { (s.name) span.when { "由" (who(p, &s.who)) "办" (due.unwrap_or_default()) } }
    };
    lines(&p.steps.iter().map(one).collect::<Vec<_>>())
}

/// What to know before publishing, and what has to be mended.
pub(super) fn verdict(faults: &[String], warnings: &[String]) -> Markup {
    let all = |of: &[String]| {
        let said: Vec<Markup> = of.iter().map(|s| html! { (s) }).collect();
        lines(&said)
    };
    html! {
        @if !faults.is_empty() {
            (note(Tone::Bad, &format!("有 {} 处走不通，先改好才能发布。", faults.len()), &all(faults)))
        } @else {
            (note(Tone::Done, "核对过了：", &"每个环节都走得到，每种情形都能办到结束。"))
        }
        @if !warnings.is_empty() {
            (note(Tone::Plain, "可以发布，但要知道：", &all(warnings)))
        }
    }
}
