//! The page of the step that seals: the laid-out document with the seal where the standard puts it, boxes to move it a
//! little, one button that does it; afterwards what was sealed, and undoing it. Not here: doing it (`applying`).

use super::applying::{self, Desk, Wish};
use super::check::{Report, report, shown};
use super::paper::{FARTHEST, Laid, Shift};
use super::{ApplySeal, SealRow, UndoSeal, WHAT_IT_IS};
use crate::access::Action;
use crate::kit::{Error, FieldErrors, Id, Result, text};
use crate::screens::people::sheet::Filled;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading, two};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<ApplySeal>) -> Result<Reply> {
    let desk = Desk::of(cx)?;
    // the boxes are sent by GET to look, so that looking changes nothing
    let asked = !cx.query("seal").is_empty();
    let wish = match asked {
        true => wish(|name| cx.query(name).to_owned()),
        false => Ok(first(&desk)),
    };
    match wish {
        Ok(wish) => draw(cx, &desk, &wish, &Filled::fresh()),
        Err(why) => draw(cx, &desk, &first(&desk), &Filled::again(&cx.input, why)?),
    }
}

pub(super) fn put(cx: &mut Cx<ApplySeal>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let done = wish(|name| cx.form(name).to_owned()).and_then(|w| applying::seal(cx, &w));
    match done {
        Ok(()) => {
            cx.tell("已用印。盖好章的文件在这一件的附件里，以后谁都不能改它；请回到办件页送下一步");
            Ok(Reply::To(format!("/case/{case}/seal")))
        }
        Err(why) => {
            let filled = Filled::again(&cx.input, why)?;
            let desk = Desk::of(cx)?;
            let typed = wish(|name| cx.form(name).to_owned());
            let typed = typed.unwrap_or_else(|_| first(&desk));
            draw(cx, &desk, &typed, &filled)
        }
    }
}

pub(super) fn undo(cx: &mut Cx<UndoSeal>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    match applying::undo(cx, cx.form("reason")) {
        Ok(()) => {
            cx.tell("已作废前一次用印。盖过的文件还在，核验的时候会说它作废了");
            Ok(Reply::To(format!("/case/{case}/seal")))
        }
        Err(why) => {
            let filled = Filled::again(&cx.input, why)?;
            let desk = Desk::of(cx)?;
            draw(cx, &desk, &first(&desk), &filled)
        }
    }
}

/// The organ's own seal at the standard's place.
fn first(desk: &Desk) -> Wish {
    let own = desk.mine.iter().find(|s| s.dept.is_none() && !s.sample);
    Wish {
        seal: own.or_else(|| desk.mine.first()).map_or(0, |s| s.id),
        shift: Shift::default(),
    }
}

fn wish(field: impl Fn(&str) -> String) -> Result<Wish> {
    let mut errors = FieldErrors::default();
    let mut moved = |name: &str| {
        let typed = text::fold(&field(name));
        let typed = typed.trim_end_matches("mm").trim().to_owned();
        let mm = match typed.as_str() {
            "" => Some(0.0),
            typed => typed.parse::<f64>().ok(),
        };
        mm.filter(|mm| mm.abs() <= FARTHEST).unwrap_or_else(|| {
            errors.add(
                name,
                "请写 -15 到 15 之间的毫米数，例如 2 或者 -1.5；不移就写 0",
            );
            0.0
        })
    };
    let shift = Shift {
        right: moved("right"),
        down: moved("down"),
    };
    let seal = field("seal").parse().unwrap_or(0);
    if seal == 0 {
        errors.add("seal", "请选用哪一枚印章");
    }
    errors.check(Wish { seal, shift })
}

fn draw<A: Action>(cx: &Cx<A>, desk: &Desk, wish: &Wish, filled: &Filled<'_>) -> Result<Reply> {
    let head = &desk.view.case.head;
    let title = "用印";
    let main = match desk.sealed() {
        Some(deed) => {
            let found = report(
                &cx.state,
                (desk.view.case.state.id, deed),
                &desk.deeds,
                None,
            )?;
            done(cx, desk, &found, filled)?
        }
        None => undone(cx, desk, wish, filled)?,
    };
    let content = html! {
        (crumbs(&Link::new(&head.title, desk.view.at.as_str()), &[], title))
        (heading(title, head.number.as_deref().unwrap_or_default(), &html! {}))
        (form::errors(&filled.errors))
        (main)
    };
    let page = cx.draw(&Page::new(title).wrong(&filled.errors), &content);
    Ok(match filled.is_fresh() {
        true => Reply::Page(page),
        false => Reply::Wrong(page),
    })
}

fn undone<A: Action>(cx: &Cx<A>, desk: &Desk, wish: &Wish, filled: &Filled<'_>) -> Result<Markup> {
    if let Some(why) = desk.barred() {
        let keepers: Vec<String> = desk
            .others
            .iter()
            .map(|s| format!("{}：{}", s.name, s.keeper_said(&cx.state.org.current())))
            .collect();
        return Ok(html! {
            (note(Tone::Plain, "现在不能用印。", &why))
            @for line in &keepers { p.hint { (line) } }
            p { (Link::new("回到办件页", desk.view.at.as_str()).button()) }
        });
    }
    let laid = match applying::preview(cx, desk, wish) {
        Ok(laid) => Ok(laid),
        Err(why @ (Error::Invalid(_) | Error::Conflict(_))) => Err(why.to_string()),
        Err(other) => return Err(other),
    };
    let side = html! {
        (placing(desk, wish, filled))
        (pressing(cx, desk, wish, laid.as_ref().ok())?)
    };
    let main = html! {
        @match &laid {
            Ok(laid) => (laid.seen()),
            Err(why) => (note(Tone::Bad, "版面出不来。", why)),
        }
    };
    Ok(two(&main, &side))
}

/// The boxes; looking again is a GET.
fn placing(desk: &Desk, wish: &Wish, filled: &Filled<'_>) -> Markup {
    let word = |s: &SealRow| match s.sample {
        true => format!("{}（样章，没有效力）", s.name),
        false => s.name.clone(),
    };
    let seals: Vec<Choice> = desk
        .mine
        .iter()
        .map(|s| Choice::new(s.id.to_string(), word(s)))
        .collect();
    let mm = |v: f64| {
        if v == 0.0 {
            "0".to_owned()
        } else {
            format!("{v}")
        }
    };
    html! {
        form method="get" action={ (desk.view.at) "/seal#f-seal" } {
            (form::select("seal", "用哪一枚印章", seals).value(wish.seal.to_string()).check(&filled.errors))
            (form::number("right", "向右移（毫米）").few().value(filled.text("right", &mm(wish.shift.right))).check(&filled.errors)
                .hint("国家标准的位置已经摆好；要挪一点才填，向左写负数"))
            (form::number("down", "向下移（毫米）").few().value(filled.text("down", &mm(wish.shift.down))).check(&filled.errors)
                .hint("向上写负数"))
            p.acts { button.btn type="submit" { "看看摆在哪儿" } }
        }
    }
}

/// The one button: it seals what is shown, and nothing else.
fn pressing<A: Action>(
    cx: &Cx<A>,
    desk: &Desk,
    wish: &Wish,
    laid: Option<&Laid>,
) -> Result<Markup> {
    let Some(laid) = laid else {
        return Ok(html! {});
    };
    let name = desk
        .mine
        .iter()
        .find(|s| s.id == wish.seal)
        .map_or("", |s| s.name.as_str());
    Ok(html! {
        form method="post" action={ (desk.view.at) "/seal" } {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("seal", &wish.seal.to_string()))
            (form::hidden("right", &wish.shift.right.to_string()))
            (form::hidden("down", &wish.shift.down.to_string()))
            p { "盖在第 " (laid.page + 1) " 页：" b { (name) } "。盖完版面就固定了，改一个字都要作废重盖。" }
            p.acts { button.btn.key type="submit" { "盖章" } }
            p.hint { (WHAT_IT_IS) }
        }
    })
}

fn done<A: Action>(cx: &Cx<A>, desk: &Desk, found: &Report, filled: &Filled<'_>) -> Result<Markup> {
    let at = &desk.view.at;
    let may = desk.holds && !desk.mine.is_empty();
    Ok(html! {
        (shown(cx, found))
        p.acts {
            @if let Some(file) = &found.attachment {
                (Link::new("下载盖好章的 PDF", format!("{at}/file/{file}/save")).button())
            }
            (Link::new("下载签名文件", format!("{at}/seal/signature")).button())
            (Link::new("回到办件页", at.as_str()).button())
        }
        @if may {
            (section("h-undo", "作废这次用印", &"", &html! {
                form method="post" action={ (at) "/seal/undo" } {
                    (form::tokens(cx.csrf(), &cx.new_op()?))
                    (filled.put(form::text("reason", "为什么作废").need().hint("例如 附件拿错了，改好重新盖"), "reason", ""))
                    p.acts { button.btn type="submit" { "作废这次用印" } }
                }
            }))
        }
    })
}
