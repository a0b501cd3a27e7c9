//! How words from paper look once they are entered: the mark beside them, the photograph, what their writer
//! says of the entry, and the question that asks him.
//! Not here: entering them (`paper`). A question is asked of the writer alone; anybody who sees the case sees
//! what he answered.

use super::AnswerPaper;
use super::page::acting;
use crate::engine::case::Task;
use crate::engine::paper::PaperOpinion;
use crate::engine::printed::entered_by;
use crate::engine::run::Acting;
use crate::engine::stored::Acted;
use crate::engine::view::CaseView;
use crate::kit::{Error, FieldErrors, Id, Result, Zone};
use crate::ui::deed::Press;
use crate::ui::paper::Shot;
use crate::ui::{Markup, form, html};
use crate::web::{Cx, Reply, Visit};

/// 原件为纸质，宋小笺 3月10日 09:12 代录, and what its writer says of it.
pub fn notes(view: &CaseView, p: &PaperOpinion, zone: Zone) -> Vec<String> {
    let when = zone.short_time(p.at, view.now());
    let proof = match p.no_photo.as_str() {
        "" => "附签批单照片".to_owned(),
        why => format!("没有照片：{why}"),
    };
    let mut all = vec![format!(
        "（{}，{when} 录入，{proof}）",
        entered_by(&p.entered_name)
    )];
    all.extend(mended(view, p, zone));
    for reply in &p.replies {
        let when = zone.short_time(reply.at, view.now());
        all.push(match (reply.agrees, reply.words.as_str()) {
            (true, "") => format!("本人已核对无误（{when}）"),
            (true, words) => format!("本人已核对无误：{words}（{when}）"),
            (false, words) => format!("本人有异议：{words}（{when}）"),
        });
    }
    all
}

/// What an entry said before it was mended, and who mended it why.
fn mended(view: &CaseView, p: &PaperOpinion, zone: Zone) -> Option<String> {
    let mut before = view.papers.iter().rev();
    let old = before.find(|o| o.id < p.id && (o.task, o.person) == (p.task, p.person))?;
    let act = view
        .case
        .acts
        .iter()
        .find(|a| a.at == p.at && a.by.person == p.person);
    let why = act.map_or("", |a| a.detail.note.as_str());
    let was = match (old.words.as_str(), old.said_on) {
        ("", day) => format!("只记签阅，{}", day.map(|d| d.short()).unwrap_or_default()),
        (words, day) => format!("“{words}”{}", day.map(|d| d.short()).unwrap_or_default()),
    };
    let when = zone.short_time(p.at, view.now());
    Some(format!("更正过：{when} 以前录的是{was}，更正原因：{why}"))
}

/// The same of an act; nothing where it was done on screen.
pub fn notes_of(view: &CaseView, act: &Acted, zone: Zone) -> Vec<String> {
    let entry = view.paper_at(act.at, act.by.person);
    entry.map_or_else(Vec::new, |p| {
        let on = p.said_on.map(|d| format!("纸上日期 {}", d.short()));
        on.into_iter().chain(notes(view, p, zone)).collect()
    })
}

/// The photograph beside the words, where it is a picture.
pub fn shot(view: &CaseView, p: &PaperOpinion) -> Option<Shot> {
    let photo = view.files.iter().find(|f| Some(f.id) == p.photo)?;
    let case = view.case.state.id;
    let at = format!("/case/{case}/file/{}", photo.id);
    photo.name.ends_with(".jpg").then(|| Shot {
        small: format!("{at}/small"),
        href: at,
    })
}

/// When a reader signed on paper: 3月9日（纸质）.
pub fn read_on(view: &CaseView, task: &Task) -> Option<String> {
    let entry = view.paper_of(task)?;
    Some(format!("{}（纸质）", entry.said_on?.short()))
}

/// The question to whoever wrote on paper: is this what you wrote.
pub fn asked(
    visit: &Visit,
    view: &CaseView,
    acting: &Acting,
    errors: &FieldErrors,
) -> Result<Markup> {
    let me = acting.viewer.person;
    let all = view.papers.iter();
    let mine: Vec<&PaperOpinion> = all.filter(|p| p.person == me && !p.mended).collect();
    let mut all = Vec::with_capacity(mine.len());
    for entry in mine {
        all.push(question(visit, view, entry, errors)?);
    }
    Ok(html! { @for one in &all { (one) } })
}

fn question(
    visit: &Visit,
    view: &CaseView,
    p: &PaperOpinion,
    errors: &FieldErrors,
) -> Result<Markup> {
    let at = format!("/case/{}/paper/{}", view.case.state.id, p.id);
    let op = visit.new_op()?;
    let last = p.replies.last();
    let agreed = last.is_some_and(|r| r.agrees);
    let name = "words";
    let area = form::area(&format!("{name}.{}", p.id), "哪里不对", 2)
        .hint("写了以后会和原来录的意见并排显示、一起打印，录的人会收到提醒；原来录的不会改动")
        .check(errors);
    let open = errors.of(&format!("{name}.{}", p.id)).is_some();
    Ok(html! {
        div.note.asked id=(format!("paper-{}", p.id)) {
            p { b { (said_of(p)) } @if !p.words.is_empty() { q.kai { (p.words) } } }
            @if let Some(shot) = shot(view, p) { (shot.show()) }
            @match last {
                None => {},
                Some(r) if r.agrees => { p.quiet { "您已核对无误。" } },
                Some(r) => { p.quiet { "您提过异议：" (r.words) } },
            }
            form method="post" action=(at) {
                (form::tokens(visit.csrf(), &op))
                @if !agreed { p.acts { (Press::new("无误").posts("say", "yes")) } }
                details.inl open[open] {
                    summary { "有异议" }
                    (area)
                    p.acts { (Press::new("提出异议").posts("say", "no")) }
                }
            }
        }
    })
}

/// 宋小笺代录了您 3月5日 的书面意见：
pub fn said_of(p: &PaperOpinion) -> String {
    let on = p.said_on.map(|d| d.short()).unwrap_or_default();
    let what = if p.spoke {
        "书面意见："
    } else {
        "纸上签阅"
    };
    format!("{}代录了您 {on} 的{what}", p.entered_name)
}

/// POST `/case/{case}/paper/{paper}`: the writer answers.
pub fn answer(cx: &mut Cx<AnswerPaper>) -> Result<Reply> {
    let (case, paper): (Id, Id) = (cx.path("case")?, cx.path("paper")?);
    let acting = acting(cx)?;
    // an id in an address may name any shelf: the case is found before anything is written
    let view = cx
        .state
        .engine
        .open(&cx.state.store, &acting, (case, None))?;
    let field = format!("words.{paper}");
    let agrees = match cx.form("say") {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::invalid("", "请按“无误”或“提出异议”答复")),
    };
    let words = cx.form(&field).to_owned();
    let mut stamp = cx.permit.stamp_on(case);
    if !stamp.op.is_empty() {
        stamp.op = format!("{}.{}", stamp.op, cx.form("say"));
    }
    let said = ((case, paper), (agrees, words));
    let done = cx
        .state
        .engine
        .answer_paper(&cx.state.store, stamp, &acting, said);
    match done {
        Ok(receipt) => {
            cx.state.unshown.note(cx.who().person, &receipt);
            cx.tell(match agrees {
                true => "已记下：代录的意见无误",
                false => "已记下您的异议，和原来录的意见一起显示，录的人会收到提醒",
            });
            Ok(Reply::To(format!("/case/{case}")))
        }
        Err(Error::Invalid(wrong)) => {
            let mut errors = FieldErrors::default();
            for e in wrong.0 {
                let at = if e.field == "words" { &field } else { &e.field };
                errors.add(at.clone(), e.message);
            }
            super::page::with_errors(cx, &acting, &view, &errors)
        }
        Err(e) => Err(e),
    }
}

/// The case's photographs of signed sheets, newest last.
pub fn sheets_of(view: &CaseView) -> impl Iterator<Item = &crate::store::attachments::Attachment> {
    let is = |f: &&crate::store::attachments::Attachment| f.field == crate::engine::paper::SHEET;
    view.files.iter().filter(is)
}

/// The address a sheet's code says: it opens the case and names the sheet.
pub fn code_of(site: &str, case: Id, sheet: &str) -> String {
    format!("{site}/case/{case}?s={sheet}")
}
