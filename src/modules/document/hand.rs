//! Handwriting on a page of the document: strokes come as integers, are bounded, and stand on the version they were
//! written on. Not here: drawing them. Invariant: only who has an open task on the case at that moment writes; the
//! writer asks again inside the write.

use super::hand_store::{NewHand, count_hands, insert_hand};
use super::opened::Opened;
use super::{WriteByHand, preview};
use crate::engine::case::TaskState;
use crate::engine::case_store::find_case;
use crate::kit::{Error, Result};
use crate::layout::page::PAPER;
use crate::layout::pen;
use crate::web::{Cx, Reply};

/// Writings one case takes.
const MOST: i64 = 500;

/// POST `/case/{case}/document/hand`: the strokes of one page.
pub fn save(cx: &mut Cx<WriteByHand>) -> Result<Reply> {
    let opened = Opened::of(cx)?;
    let kept = keep(cx, &opened);
    match kept {
        Ok(()) => {
            cx.tell("手写已保存，和您的名字、时间一起留在这一稿上");
            Ok(Reply::To(opened.at()))
        }
        Err(e @ (Error::Invalid(_) | Error::Conflict(_))) => preview::wrong(cx, &opened, e),
        Err(e) => Err(e),
    }
}

fn keep(cx: &Cx<WriteByHand>, opened: &Opened) -> Result<()> {
    if !opened.may_draw() {
        return Err(Error::Denied(
            "这一件现在不在您手里，不能在公文上写。轮到您办时再写".to_owned(),
        ));
    }
    let seen: i64 = cx.form("version").parse().unwrap_or(0);
    if seen != opened.last() {
        return Err(Error::Conflict(
            "正文刚有了新的一稿，您是写在旧稿上的。请看过新稿，再在新稿上写".to_owned(),
        ));
    }
    let unread = || Error::invalid("strokes", "没有收到笔迹。请在页面上写好，再按“保存手写”");
    let page: usize = cx.form("page").parse().map_err(|_| unread())?;
    let raw: Vec<Vec<i64>> = serde_json::from_str(cx.form("strokes")).map_err(|_| unread())?;
    let strokes = pen::read(&raw, PAPER).map_err(|_| {
        Error::invalid(
            "strokes",
            "一次写得太多了，没有收下。请分几次写，每次写几行就保存",
        )
    })?;
    if strokes.is_empty() || seen == 0 || page > 200 {
        return Err(unread());
    }
    let case = opened.view.case.state.id;
    let by = &opened.acting.signature;
    let hand = NewHand {
        case,
        version: seen,
        page,
        strokes: pen::written(&strokes),
        person: by.person.0,
        name: by.name.clone(),
        dept_name: by.dept_name.clone(),
    };
    let viewer = opened.acting.viewer_in(&opened.view.case.head.procedure);
    let mine: Vec<_> = viewer.holds.iter().map(|h| h.principal).collect();
    cx.write_on(case.shelf(), case, move |w| {
        let now = find_case(w, case)?;
        let open = |t: &crate::engine::case::Task| t.state == TaskState::Open;
        if !now
            .state
            .tasks
            .iter()
            .any(|t| open(t) && mine.contains(&t.holder))
        {
            return Err(Error::Conflict(
                "这一件刚才已经办走了，手写没有收下".to_owned(),
            ));
        }
        if count_hands(w, case)? >= MOST {
            return Err(Error::invalid(
                "strokes",
                format!("这一件上的手写已经有 {MOST} 处，不能再加。意见请写在意见栏里"),
            ));
        }
        insert_hand(w, &hand)?;
        w.about(case);
        w.emit("case.handwritten", Some(case), &())
    })?;
    Ok(())
}
