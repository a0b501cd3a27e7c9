//! What stands beside a case and moves nothing: side talk (旁议) and relations to other cases (关联). Its controls
//! stand in the page's column and belong to forms of their own, so that sending one leaves what is typed into the
//! sheet alone. Not here: rights (`engine::talk`, `engine::relation`).
//! Invariant: of a case that is not the reader's the page says only that there is one.

use super::page::acting;
use super::{RelateCase, TalkBeside};
use crate::engine::facts::People as _;
use crate::engine::index_store::find_listed;
use crate::engine::relation::WORDS;
use crate::engine::relation_store::{self, Related};
use crate::engine::run::Acting;
use crate::engine::supervision::supervisor;
use crate::engine::talk::{self, Remark, To};
use crate::engine::talk_store;
use crate::engine::view::{CaseView, Stands};
use crate::kit::{Error, FieldErrors, Id, Principal, Result, text};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, section as band};
use crate::ui::table::{Filter, filters};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply, Visit, encode};

/// Id of the form of what is said.
const TALK: &str = "talk-form";
/// Id of the form of following it or not.
const FOLLOW: &str = "follow-form";
const WORDS_LIST: &str = "relation-words";

/// What is said beside a case and what it is tied to.
pub struct Beside {
    talk: Vec<Remark>,
    related: Vec<Related>,
    /// Whether this person follows the case.
    follows: bool,
}

impl Beside {
    /// Read for whoever sees the case; nothing where it stands beside ours.
    pub fn of(visit: &Visit, acting: &Acting, view: &CaseView) -> Result<Self> {
        let case = view.case.state.id;
        if view.stands == Stands::Beside {
            return Ok(Self {
                talk: Vec::new(),
                related: Vec::new(),
                follows: false,
            });
        }
        let store = &visit.state.store;
        let talk = talk_store::list_talk(&store.shelf(case.shelf())?, case)?;
        let who = principals(acting);
        let mut related = relation_store::list_related(&store.index()?, case, &who)?;
        // of a confidential department the lists know no title
        let mut listed: Vec<_> = related.iter().filter_map(|r| r.other.clone()).collect();
        visit.state.engine.unveil_listed(store, &who, &mut listed)?;
        let mut listed = listed.into_iter();
        for one in related.iter_mut().filter(|r| r.other.is_some()) {
            one.other = listed.next();
        }
        let whose = (acting.viewer.person, case);
        let follows = visit.state.engine.is_followed(store, whose)?;
        Ok(Self {
            talk,
            related,
            follows,
        })
    }

    /// What it is tied to.
    pub fn related(&self) -> &[Related] {
        &self.related
    }

    /// Both, folded with how many there are.
    pub fn section(&self, visit: &Visit, acting: &Acting, view: &CaseView) -> Markup {
        let writes = view.stands == Stands::Open;
        if view.stands == Stands::Beside
            || (!writes && self.talk.is_empty() && self.related.is_empty())
        {
            return html! {};
        }
        html! {
            section.noprint aria-label="旁议和关联" {
                @if writes { (self.eye()) }
                details #talk open[visit.query("open") == "talk"] {
                    summary { "旁议 " (self.talk.len()) " 条" span.faint { "（不打印，不进台账，不影响办理）" } }
                    div.aside {
                        @for r in &self.talk { (remark(r, visit, view)) }
                        @if writes { (say(acting, view)) }
                    }
                }
                details #related open[visit.query("open") == "related"] {
                    summary { "关联 " (self.related.iter().filter(|r| r.gone.is_none()).count()) " 件" }
                    div.aside {
                        @if !self.related.is_empty() {
                            ul.lines { @for r in &self.related { li {
                                (tie(r, visit, view))
                                @if writes && may_part(r, acting, view) {
                                    " " a href=(format!("{}/relate/{}", view.at, r.id)) { "撤回" }
                                }
                            } } }
                        }
                        @if writes { p { a href=(format!("{}/relate", view.at)) { "关联另一件" } } }
                    }
                }
            }
        }
    }

    /// Following it, or no longer.
    fn eye(&self) -> Markup {
        html! {
            p.acts {
                @if self.follows {
                    "您关注了这一件，有进展会提醒您。 "
                    button.btn.word type="submit" form=(FOLLOW) { "不再关注" }
                } @else {
                    button.btn type="submit" form=(FOLLOW) { "关注这一件" }
                }
            }
        }
    }

    /// The forms the controls of [`Self::section`] belong to; outside of the page's own form.
    pub fn forms(&self, visit: &Visit, view: &CaseView) -> Result<Markup> {
        if view.stands != Stands::Open {
            return Ok(html! {});
        }
        let op = visit.new_op()?;
        let eye = if self.follows { "unfollow" } else { "follow" };
        Ok(html! {
            form id=(FOLLOW) method="post" action=(format!("{}/{eye}", view.at)) { (form::tokens(visit.csrf(), &visit.new_op()?)) }
            form id=(TALK) method="post" action=(format!("{}/talk", view.at)) { (form::tokens(visit.csrf(), &op)) }
        })
    }
}

/// 转督办, where the office has a procedure that supervises and this person may begin it, and the rows of a table
/// that become such matters.
pub fn raise_links(visit: &Visit, acting: &Acting, view: &CaseView) -> Markup {
    let Some((published, rule)) = supervisor(&visit.state.engine.procedures) else {
        return html! {};
    };
    let to = &published.procedure;
    if view.stands == Stands::Beside
        || !starts(acting, &to.start.roles)
        || view.procedure.supervision.is_some()
    {
        return html! {};
    }
    let case = view.case.state.id;
    html! {
        a.btn href=(format!("/start/{}?{}={case}", to.id, super::names::RAISED)) { (rule.label) }
        @if let Some(raises) = &view.procedure.raises {
            a.btn href=(format!("{}/raise", view.at)) { (raises.label) }
        }
    }
}

pub(in crate::screens) fn starts(acting: &Acting, roles: &[String]) -> bool {
    roles.is_empty() || acting.viewer.roles.iter().any(|r| roles.contains(r))
}

fn principals(acting: &Acting) -> String {
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    crate::engine::index_store::principals(&mine)
}

fn remark(r: &Remark, visit: &Visit, view: &CaseView) -> Markup {
    html! {
        p id=(format!("talk-{}", r.id)) {
            b { (r.name) } span.faint { "　" (r.dept) "　" (visit.zone().short_time(r.at, view.now())) }
            br; (text_lines(&r.text))
        }
    }
}

fn text_lines(words: &str) -> Markup {
    html! { @for (i, line) in words.lines().enumerate() { @if i > 0 { br; } (line) } }
}

/// Whether this person may take it back here: who made it, and who has work on the case.
fn may_part(r: &Related, acting: &Acting, view: &CaseView) -> bool {
    let mine = |p: Principal| acting.viewer.holds.iter().any(|h| h.principal == p);
    let works = || view.case.state.open_tasks().any(|t| mine(t.holder));
    let here = !r.from_there && r.gone.is_none();
    here && (r.person == acting.viewer.person || works())
}

fn tie(r: &Related, visit: &Visit, view: &CaseView) -> Markup {
    let when = visit.zone().short_time(r.at, view.now());
    if let Some(gone) = &r.gone {
        let when = visit.zone().short_time(gone.at, view.now());
        return html! {
            span.faint { "已撤回：" (r.word) "　" (r.other.as_ref().map_or("另有一件，您看不到", |o| o.title.as_str())) "（" (gone.why) "）" }
            span.when { (gone.name) "　" (when) }
        };
    }
    let word = if r.from_there {
        format!("{}（对方标的）", r.word)
    } else {
        r.word.clone()
    };
    html! {
        b { (word) } "　"
        @match &r.other {
            Some(other) => {
                a href=(format!("/case/{}", other.case)) { (other.title) }
                @if let Some(n) = &other.number { span.faint { "　" (n) } }
            }
            None => "另有一件，您看不到"
        }
        span.when { (r.name) "　" (when) }
    }
}

/// What is said, and to whom.
fn say(acting: &Acting, view: &CaseView) -> Markup {
    let people = acting.people();
    let me = acting.viewer.person;
    let state = &view.case.state;
    let parties = talk::parties(state, &state.grants);
    let others: Vec<Principal> = parties
        .into_iter()
        .filter(|p| !people.fills(me, *p) && *p != Principal::Person(me))
        .collect();
    html! {
        div.field {
            label for="f-talk" { "说一句" }
            textarea id="f-talk" name="talk" rows="2" maxlength="1000" form=(TALK) {}
            p.hint { "能看这一件的人都看得到，说了不能收回。" }
        }
        @if !others.is_empty() {
            fieldset.plainset {
                legend.label { "提醒谁看" }
                label.opt { input type="checkbox" name="all" value="1" form=(TALK); "所有参与办理的人" }
                @for p in &others {
                    label.opt { input type="checkbox" name="to" value=(p.to_raw()) form=(TALK); (people.name(*p)) }
                }
            }
        }
        p.acts { button.btn type="submit" form=(TALK) { "说" } }
    }
}

/// POST `/case/{case}/talk`.
pub fn say_it(cx: &mut Cx<TalkBeside>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let chosen = cx.form_all("to");
    let chosen: Vec<Principal> = chosen
        .iter()
        .filter_map(|raw| Principal::from_raw(raw.parse().ok()?))
        .collect();
    let to = match (cx.form("all") == "1", chosen.is_empty()) {
        (true, _) => To::All,
        (false, true) => To::Nobody,
        (false, false) => To::These(chosen),
    };
    let words = cx.form("talk").to_owned();
    let stamp = cx.permit.stamp_on(case);
    let (store, engine) = (&cx.state.store, &cx.state.engine);
    match engine.talk(store, stamp, &acting, (case, &words, to)) {
        Ok(receipt) => {
            cx.state.unshown.note(cx.who().person, &receipt);
            Ok(Reply::To(format!("/case/{case}?open=talk#talk")))
        }
        Err(Error::Invalid(errors)) => {
            // who may not see the case is told nothing of what was wrong
            engine.open(store, &acting, (case, None))?;
            Ok(Reply::Wrong(said_again(cx, (case, &words), &errors)?))
        }
        Err(e) => Err(e),
    }
}

/// What could not be said, to be mended.
fn said_again(
    cx: &Cx<TalkBeside>,
    (case, words): (Id, &str),
    errors: &FieldErrors,
) -> Result<Markup> {
    let at = format!("/case/{case}");
    let op = cx.new_op()?;
    let content = html! {
        (crumbs(&Link::new("返回这一件", at.clone()), &[], "旁议"))
        (heading("旁议", "", &html! {}))
        (form::errors(errors))
        form method="post" action=(format!("{at}/talk")) {
            (form::tokens(cx.csrf(), &op))
            @for to in cx.form_all("to") { (form::hidden("to", to)) }
            @if cx.form("all") == "1" { (form::hidden("all", "1")) }
            (form::area("talk", "说一句", 4).value(words).check(errors))
            p.acts { button.btn.key type="submit" { "说" } }
        }
    };
    Ok(cx.draw(&Page::new("旁议").wrong(errors), &content))
}

/// GET `/case/{case}/relate?q=`: the picker.
pub fn pick(cx: &mut Cx<RelateCase>) -> Result<Reply> {
    let errors = FieldErrors::default();
    picker(cx, &errors).map(Reply::Page)
}

/// POST `/case/{case}/relate`.
pub fn relate(cx: &mut Cx<RelateCase>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let (store, engine) = (&cx.state.store, &cx.state.engine);
    engine.open(store, &acting, (case, None))?;
    let other: Option<Id> = cx.form("other").parse().ok();
    let word = cx.form("word").to_owned();
    let stamp = cx.permit.stamp_on(case);
    let done = match other {
        Some(other) => engine.relate(store, stamp, &acting, (case, other, &word)),
        None => Err(Error::invalid("other", "请先查找，再点选要关联的那一件")),
    };
    match done {
        Ok(receipt) => {
            cx.state.unshown.note(cx.who().person, &receipt);
            cx.tell("已关联，两件上都看得到");
            Ok(Reply::To(format!("/case/{case}?open=related#related")))
        }
        Err(why) => picker(cx, &why.shown_at("other")?).map(Reply::Wrong),
    }
}

fn picker(cx: &Cx<RelateCase>, errors: &FieldErrors) -> Result<Markup> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let (store, engine) = (&cx.state.store, &cx.state.engine);
    let view = engine.open(store, &acting, (case, None))?;
    let at = format!("/case/{case}");
    let q = if cx.query("q").is_empty() {
        cx.form("q")
    } else {
        cx.query("q")
    };
    let q = text::one_line(q);
    let who = principals(&acting);
    let mut found = Vec::new();
    if !q.is_empty() {
        let index = store.index()?;
        for id in relation_store::list_found(&index, &q, &who)? {
            found.extend(find_listed(&index, id, &who)?.filter(|l| l.case != case));
        }
    }
    engine.unveil_listed(store, &who, &mut found)?;
    let chosen = cx.form("other");
    let op = cx.new_op()?;
    let search = [Filter::One(
        form::text("q", "按编号或标题查找，几个词之间空一格").value(&*q),
    )];
    let content = html! {
        (crumbs(&Link::new("返回这一件", format!("{at}?open=related#related")), &[], "关联另一件"))
        (heading("关联另一件", &view.case.head.title, &html! {}))
        (form::errors(errors))
        (filters(&format!("{at}/relate"), &search, &[]))
        @if q.is_empty() {
            p.hint { "两件关联以后，打开哪一件都能看到另一件。对方没有查看权的，只会看到“另有一件，您看不到”。" }
        } @else if found.is_empty() {
            (empty("没有找到，共 0 件。", "换几个字，或者只写编号里的数字；您看不到的件这里也找不到。", &[]))
        } @else {
            form method="post" action=(format!("{at}/relate?q={}", encode(&q))) {
                (form::tokens(cx.csrf(), &op))
                (band("h-found", &format!("找到 {} 件", found.len()), &"", &html! {
                    ul.lines {
                        @for l in &found {
                            @let id = l.case.to_string();
                            li { label.opt {
                                input type="radio" name="other" value=(id) checked[chosen == id];
                                (l.title) @if let Some(n) = &l.number { span.faint { "　" (n) } } span.faint { "　" (l.procedure) }
                            } }
                        }
                    }
                }))
                div.field {
                    label for="f-word" { "那一件是这一件的" }
                    input.few id="f-word" name="word" value=(cx.form("word")) maxlength="12" list=(WORDS_LIST) autocomplete="off";
                    datalist id=(WORDS_LIST) { @for w in WORDS { option value=(w) {} } }
                    p.hint { "例如 " (WORDS.join("、")) }
                }
                p.acts { button.btn.key type="submit" { "关联" } }
            }
        }
    };
    Ok(cx.draw(&Page::new("关联另一件").wrong(errors), &content))
}

/// The steps of the procedure with the present one marked, as far as this reader may follow.
pub fn flow(view: &CaseView) -> Markup {
    use crate::engine::case::{State, TaskState};
    use crate::ui::trail::{Stand, Step, trail};
    let state = &view.case.state;
    let done = |id: &str| {
        state
            .tasks
            .iter()
            .any(|t| t.step == id && t.state == TaskState::Done)
    };
    let steps: Vec<Step<'_>> = view
        .procedure
        .steps
        .iter()
        .filter(|s| view.follows(&s.id))
        .map(|s| {
            let here = state.state == State::Open && state.step == s.id;
            Step {
                stand: match (here, done(&s.id)) {
                    (true, _) => Stand::Here,
                    (false, true) => Stand::Done,
                    (false, false) => Stand::Next,
                },
                when: "",
                who: &s.name,
                post: "",
                did: match (here, done(&s.id)) {
                    (true, _) => "　现在在这里",
                    (false, true) => "　办过了",
                    (false, false) => "",
                },
                words: None,
                more: None,
            }
        })
        .collect();
    trail(&steps)
}

/// Choices of departments for a form.
pub(in crate::screens) fn dept_choices(acting: &Acting) -> Vec<Choice> {
    let all = acting.directory.depts_of(acting.organ);
    all.map(|d| Choice::new(d.id.to_string(), d.name.clone()))
        .collect()
}
