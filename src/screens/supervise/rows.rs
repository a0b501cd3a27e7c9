//! The rows of a case's table, raised as supervised matters in one go: each row is mended where it stands, and
//! those that are ticked become cases tied to this one.
//! Invariant: nothing is begun before every ticked row would be accepted; sent twice, each begins once.

use super::RaiseRows;
use crate::engine::case::CaseState;
use crate::engine::definition::{MoveId, Procedure, Raises, Supervision};
use crate::engine::offer::Input;
use crate::engine::procedures::Published;
use crate::engine::run::Acting;
use crate::engine::supervision::{Item, depts_named, from_case, items, put, supervisor};
use crate::engine::view::CaseView;
use crate::engine::{apply::Means, flow, moves, values};
use crate::kit::{Error, FieldErrors, Id, Result, ShelfNo};
use crate::screens::case::beside::{dept_choices, starts};
use crate::screens::case::page::acting;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::empty;
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use serde_json::json;

/// What the page is about.
struct Raising {
    view: CaseView,
    acting: Acting,
    published: Published,
    rule: Supervision,
    raises: Raises,
    items: Vec<Item>,
}

fn raising(cx: &Cx<RaiseRows>) -> Result<Raising> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let engine = &cx.state.engine;
    let view = engine.open(&cx.state.store, &acting, (case, None))?;
    let found = supervisor(&engine.procedures);
    let (published, rule) = found.ok_or(Error::NotFound)?;
    let raises = view.procedure.raises.clone().ok_or(Error::NotFound)?;
    if !starts(&acting, &published.procedure.start.roles) {
        return Err(Error::NotFound);
    }
    let items = items(&view, &raises);
    Ok(Raising {
        published: published.clone(),
        rule: rule.clone(),
        view,
        acting,
        raises,
        items,
    })
}

/// GET `/case/{case}/raise`.
pub(super) fn form(cx: &mut Cx<RaiseRows>) -> Result<Reply> {
    let r = raising(cx)?;
    draw(cx, &r, &FieldErrors::default()).map(Reply::Page)
}

/// POST `/case/{case}/raise`.
pub(super) fn raise(cx: &mut Cx<RaiseRows>) -> Result<Reply> {
    let r = raising(cx)?;
    let chosen = cx.form_all("row");
    let chosen: Vec<&Item> = r
        .items
        .iter()
        .filter(|i| chosen.iter().any(|n| *n == i.n.to_string()))
        .collect();
    let mut errors = FieldErrors::default();
    if chosen.is_empty() {
        errors.add("row", "请至少勾选一条");
    }
    let mut inputs = Vec::new();
    for item in chosen {
        let input = r.input(cx, item);
        if let Err(e) = r.rehearse(cx, &input) {
            r.blame(item, e, &mut errors)?;
        }
        inputs.push((item.n, input));
    }
    if !errors.is_empty() {
        return draw(cx, &r, &errors).map(Reply::Wrong);
    }
    let mut begun = 0;
    for (n, input) in inputs {
        let mut stamp = cx.permit.stamp_on(r.view.case.state.id);
        if !stamp.op.is_empty() {
            stamp.op = format!("{}.{n}", stamp.op);
        }
        let engine = &cx.state.engine;
        let started = engine.start(
            &cx.state.store,
            stamp,
            &r.acting,
            (&r.published, input, None),
        )?;
        cx.state.unshown.note(cx.who().person, &started);
        begun += 1;
    }
    cx.tell(&format!("已立项 {begun} 件督办，在督办台账里看进展"));
    Ok(Reply::To(super::AT.into()))
}

impl Raising {
    fn to(&self) -> &Procedure {
        &self.published.procedure
    }

    /// What a row comes to with what was mended in it.
    fn input(&self, cx: &Cx<RaiseRows>, item: &Item) -> Input {
        let rule = &self.rule;
        let mut filled = from_case(&self.view, &self.acting.directory, (self.to(), rule));
        let matter = cx.form(&format!("matter.{}", item.n));
        let title = &self.to().title;
        if *title != rule.source && *title != rule.matter {
            // one line of it, as long as a title may be
            put(&mut filled, self.to(), title, matter);
        }
        filled.insert(rule.matter.clone(), json!(matter));
        let principal = cx.form(&format!("principal.{}", item.n));
        filled.insert(rule.principal.clone(), json!(principal));
        let others = cx.form_all(&format!("assisting.{}", item.n));
        if let Some(id) = &rule.assisting {
            filled.insert(id.clone(), json!(others));
        }
        filled.insert(rule.due.clone(), json!(cx.form(&format!("due.{}", item.n))));
        let first = self.to().first_step().and_then(|s| s.next.first());
        Input {
            values: filled,
            choice: first.map(|n| n.to.clone()).unwrap_or_default(),
            from: Some((self.view.case.state.id, rule.word.clone())),
            ..Input::default()
        }
    }

    /// Whether it would be accepted.
    fn rehearse(&self, cx: &Cx<RaiseRows>, input: &Input) -> Result<()> {
        let (acting, now) = (&self.acting, cx.at);
        let id = Id::next(ShelfNo::HUB, now, 0);
        let begun = (acting.organ, acting.dept);
        let mut case = CaseState::begun(id, begun, (acting.viewer.person, now));
        let people = acting.people();
        let who = (&acting.viewer, &people);
        let facts = cx.state.engine.facts(self.to(), &case, who, (now, None));
        let begin = flow::begin(&facts)?;
        let filled = values::defaults(&facts);
        let mut last = id.raw();
        let mut means = Means {
            now,
            mint: &mut || {
                last += 1;
                Id::from_raw(last)
            },
            number: None,
        };
        case.apply(&begin, &mut means);
        case.values.extend(filled);
        let facts = cx.state.engine.facts(self.to(), &case, who, (now, None));
        moves::plan(&facts, MoveId::Submit, input).map(drop)
    }

    /// What is wrong with a row, under the names of this page.
    fn blame(&self, item: &Item, error: Error, errors: &mut FieldErrors) -> Result<()> {
        let Error::Invalid(found) = error else {
            return Err(error);
        };
        let rule = &self.rule;
        for e in found.0 {
            let name = match e.field.as_str() {
                f if f == rule.principal => "principal",
                f if f == rule.due => "due",
                f if Some(f) == rule.assisting.as_deref() => "assisting",
                _ => "matter",
            };
            errors.add(
                format!("{name}.{}", item.n),
                format!("第 {} 条：{}", item.n + 1, e.message),
            );
        }
        Ok(())
    }
}

fn draw(cx: &Cx<RaiseRows>, r: &Raising, errors: &FieldErrors) -> Result<Markup> {
    let sent = !errors.is_empty();
    let op = cx.new_op()?;
    let depts = dept_choices(&r.acting);
    let content = html! {
        (crumbs(&Link::new("返回这一件", r.view.at.clone()), &[], &r.raises.label))
        (heading(&r.raises.label, &r.view.case.head.title, &html! {}))
        (form::errors(errors))
        @if r.items.is_empty() {
            (empty("这一件的表里还没有写事项，共 0 条。", "先在件上把议定的事项一条一条写好，再来转督办。", &[]))
        } @else {
            p.hint { "勾选的每一条立一件督办，和这一件关联。内容、牵头、时限可以在这里改好再送。" }
            form method="post" action=(format!("{}/raise", r.view.at)) {
                (form::tokens(cx.csrf(), &op))
                @for item in &r.items { (one(cx, r, item, (&depts, errors, sent))) }
                p.acts { button.btn.key type="submit" { "立项" } }
            }
        }
    };
    Ok(cx.draw(&Page::new(&r.raises.label).wrong(errors), &content))
}

fn one(
    cx: &Cx<RaiseRows>,
    r: &Raising,
    item: &Item,
    (depts, errors, sent): (&[Choice], &FieldErrors, bool),
) -> Markup {
    let n = item.n;
    let name = |what: &str| format!("{what}.{n}");
    let named = |words: &str| -> Vec<String> {
        let all = depts_named(&r.acting.directory, r.acting.organ, words);
        all.iter().map(ToString::to_string).collect()
    };
    let typed = |what: &str, usual: String| match sent {
        true => cx.form(&name(what)).to_owned(),
        false => usual,
    };
    let ticked = !sent || cx.form_all("row").iter().any(|v| *v == n.to_string());
    let principal = named(&item.principal)
        .into_iter()
        .next()
        .unwrap_or_default();
    let others: Vec<String> = match sent {
        true => cx
            .form_all(&name("assisting"))
            .into_iter()
            .map(str::to_owned)
            .collect(),
        false => named(&item.assisting),
    };
    let first = std::iter::once(Choice::new("", "请选择"));
    let lead: Vec<Choice> = first.chain(depts.iter().cloned()).collect();
    html! {
        section.raised {
            h2.band { label.opt { input type="checkbox" name="row" value=(n) checked[ticked]; "第 " (n + 1) " 条" } }
            (form::area(&name("matter"), "督办事项", 2).value(typed("matter", item.matter.clone())).need().check(errors))
            (form::select(&name("principal"), "牵头部门", lead).value(typed("principal", principal)).need().check(errors))
            @if r.rule.assisting.is_some() {
                details open[!others.is_empty()] {
                    summary { "配合部门" @if !item.assisting.is_empty() { "（表里写的：" (item.assisting) "）" } }
                    (form::checks(&name("assisting"), "配合部门", depts.to_vec()).values(others).check(errors))
                }
            }
            (form::date(&name("due"), "时限").value(typed("due", item.due.clone())).need().check(errors))
        }
    }
}
