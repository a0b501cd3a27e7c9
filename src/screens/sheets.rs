//! 归还签批单: photographs of signed sheets come in, several at once; the printed code says which case each
//! belongs to, and what has none waits here until somebody says its number.
//! Invariant: a photograph that came is kept, in its case or in the tray; a code grants nothing, the case
//! must be one this person sees and enters paper for.

use super::case::page::acting;
use super::case::signed;
use crate::access::{Allowed, Place, action};
use crate::engine::run::Acting;
use crate::kit::qr_read::{self, SheetCode};
use crate::kit::sniff;
use crate::kit::{Error, FieldErrors, Id, Kind, Result, picture};
use crate::org::Role;
use crate::store::Stamp;
use crate::store::attachments::Attachment;
use crate::ui::deed::Press;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::paper::Shot;
use crate::ui::{Link, Markup, form, html, list};
use crate::web::{Cx, FileReply, HOME, Manifest, MenuItem, Reply, Route, SentFile};

/// Where signed sheets come back.
pub const SHEETS_AT: &str = "/sheets";

action!(pub FileSheets, "sheet.file", "归还签批单", Allowed::Roles(&[Role::RecordsClerk]), Place::Anywhere);

/// The page and its deeds.
pub const MANIFEST: Manifest = Manifest {
    id: "sheets",
    menu: &[MenuItem::new("归还签批单", SHEETS_AT, 45).under("/scans")],
    routes,
};

const PHOTO: &str = "photo";
const NUMBER: &str = "number";
const CASE: &str = "case";

fn routes() -> Vec<Route> {
    vec![
        Route::get::<FileSheets>("/sheets", page),
        Route::post::<FileSheets>("/sheets", take),
        Route::get::<FileSheets>("/sheets/{file}", look),
        Route::get::<FileSheets>("/sheets/{file}/small", small),
        Route::post::<FileSheets>("/sheets/{file}", give),
    ]
}

/// What became of one photograph.
struct Came {
    sent: String,
    outcome: Outcome,
}

enum Outcome {
    /// In this case; whether somebody's opinion can be entered there.
    Filed {
        case: Id,
        photo: Id,
        said: String,
        enters: bool,
    },
    /// In the tray, and why.
    Waits(String),
    /// Refused, with what to do.
    Refused(String),
}

fn page(cx: &mut Cx<FileSheets>) -> Result<Reply> {
    draw(cx, &[], &FieldErrors::default(), &[]).map(Reply::Page)
}

/// POST `/sheets`: each photograph to its case, or into the tray.
fn take(cx: &mut Cx<FileSheets>) -> Result<Reply> {
    let acting = acting(cx)?;
    let sent: Vec<&SentFile> = cx.files().iter().filter(|f| f.field() == PHOTO).collect();
    if sent.is_empty() {
        let mut errors = FieldErrors::default();
        errors.add(PHOTO, "请先选照片，或用手机拍一张");
        return draw(cx, &[], &errors, &[]).map(Reply::Wrong);
    }
    let mut came = Vec::with_capacity(sent.len());
    for (n, file) in sent.into_iter().enumerate() {
        let outcome = match one(cx, &acting, (n, file)) {
            Ok(outcome) => outcome,
            Err(Error::Invalid(errors)) => Outcome::Refused(
                errors
                    .0
                    .into_iter()
                    .map(|e| e.message)
                    .collect::<Vec<_>>()
                    .join("；"),
            ),
            // the others are not lost for one that cannot be kept
            Err(Error::Fault(cause)) => {
                tracing::warn!(cause, request = cx.request(), "a photograph was not kept");
                Outcome::Refused("这一张没有存下来，请再传一次".into())
            }
            Err(e) => Outcome::Refused(e.to_string()),
        };
        came.push(Came {
            sent: file.name().to_owned(),
            outcome,
        });
    }
    draw(cx, &came, &FieldErrors::default(), &[]).map(Reply::Page)
}

fn one(cx: &Cx<FileSheets>, acting: &Acting, (n, file): (usize, &SentFile)) -> Result<Outcome> {
    let (raw, ready) = signed::ready(file)?;
    let code = qr_read::sheet_in_image(&raw);
    let stamp = |what: &str| stamped(cx, &format!("{what}{n}"));
    let engine = &cx.state.engine;
    let why = match &code {
        Some(code) => match filed(cx, acting, (code, &ready), stamp("file")) {
            Ok(outcome) => return Ok(outcome),
            Err(Error::NotFound) => "认出了二维码，但它说的件您看不到，或不在这台平台上".to_owned(),
            Err(Error::Denied(why)) => why,
            Err(e) => return Err(e),
        },
        None => "没有认出二维码".to_owned(),
    };
    let shelf = engine.tray_shelf(&cx.state.store, acting)?;
    let sheet = ready.keep(cx, shelf, "")?;
    engine.lay_in_tray(&cx.state.store, stamp("tray"), acting, sheet)?;
    Ok(Outcome::Waits(why))
}

/// Two photographs of one form are two deeds, each carried out once.
fn stamped(cx: &Cx<FileSheets>, what: &str) -> Stamp {
    let mut stamp = cx.permit.stamp();
    if !stamp.op.is_empty() {
        stamp.op = format!("{}.{what}", stamp.op);
    }
    stamp
}

fn filed(
    cx: &Cx<FileSheets>,
    acting: &Acting,
    (code, ready): (&SheetCode, &signed::Ready),
    stamp: Stamp,
) -> Result<Outcome> {
    let engine = &cx.state.engine;
    let view = engine.open(&cx.state.store, acting, (code.case, None))?;
    if !view.enters_paper(acting) {
        return Err(Error::Denied(
            "认出了二维码，但这一类件不由您归还签批单".into(),
        ));
    }
    let title = view.procedure.sheets.iter().find(|s| s.id == code.sheet);
    let title = title.map_or("", |s| s.title.as_str());
    let sheet = ready.keep(cx, code.case.shelf(), title)?;
    let store = &cx.state.store;
    let done = engine.file_sheet(store, stamp, acting, (code.case, sheet))?;
    cx.state.unshown.note(cx.who().person, &done);
    let number = view.case.head.number.as_deref().unwrap_or_default();
    Ok(Outcome::Filed {
        case: code.case,
        photo: done.value,
        said: format!("{title}　{number}　{}", view.case.head.title),
        enters: !engine.enterable(acting, &view).is_empty(),
    })
}

/// A photograph of this person's tray.
fn found(cx: &Cx<FileSheets>) -> Result<(Acting, Attachment)> {
    let id: Id = cx.path("file")?;
    let acting = acting(cx)?;
    let all = cx.state.engine.tray(&cx.state.store, &acting)?;
    let file = all.into_iter().find(|f| f.id == id);
    Ok((acting, file.ok_or(Error::NotFound)?))
}

fn bytes_of(cx: &Cx<FileSheets>, file: &Attachment) -> Result<Vec<u8>> {
    let blob = cx.state.store.blob(file.id.shelf(), file.digest())?;
    blob.all(signed::MOST_BYTES)?.ok_or(Error::NotFound)
}

/// GET `/sheets/{file}`: large enough to read; a scan is saved.
fn look(cx: &mut Cx<FileSheets>) -> Result<Reply> {
    let (_, file) = found(cx)?;
    let bytes = bytes_of(cx, &file)?;
    if sniff::sniff(&bytes).is_image() {
        let jpeg = picture::sheet(&bytes, picture::SHEET_EDGE)?;
        let made = FileReply::made(file.name, "image/jpeg", jpeg);
        return Ok(Reply::File(made.shown("image/jpeg")));
    }
    let blob = cx.state.store.blob(file.id.shelf(), file.digest())?;
    Ok(Reply::File(FileReply::kept(file.name, blob)))
}

/// GET `/sheets/{file}/small`.
fn small(cx: &mut Cx<FileSheets>) -> Result<Reply> {
    let (_, file) = found(cx)?;
    let bytes = bytes_of(cx, &file)?;
    if !sniff::sniff(&bytes).is_image() {
        return Err(Error::NotFound);
    }
    let jpeg = picture::sheet(&bytes, picture::SMALL_EDGE)?;
    let made = FileReply::made("small.jpg", "image/jpeg", jpeg);
    Ok(Reply::File(made.shown("image/jpeg")))
}

/// POST `/sheets/{file}`: to the case of a number typed by hand, or away.
fn give(cx: &mut Cx<FileSheets>) -> Result<Reply> {
    let (acting, file) = found(cx)?;
    let engine = cx.state.engine.clone();
    if cx.form("do") == "drop" {
        let stamp = stamped(cx, "drop");
        engine.take_from_tray(&cx.state.store, stamp, (&acting, file.id))?;
        cx.tell("这张照片已去掉");
        return Ok(Reply::To("/sheets".into()));
    }
    let mut errors = FieldErrors::default();
    let name = format!("{NUMBER}.{}", file.id);
    let cases = named(cx, &acting, &name)?;
    let case = match cases.as_slice() {
        [only] => *only,
        [] => {
            errors.add(
                &name,
                "没有找到这个收文号的件，或者您看不到它。请核对处理单右上的编号，例如 186",
            );
            return draw(cx, &[], &errors, &[]).map(Reply::Wrong);
        }
        several => {
            let offered: Vec<(Id, Id)> = several.iter().map(|c| (file.id, *c)).collect();
            errors.add(&name, "有几件是这个编号，请在下面选一件");
            return draw(cx, &[], &errors, &offered).map(Reply::Wrong);
        }
    };
    let ready = signed::Ready {
        bytes: bytes_of(cx, &file)?,
        ending: if file.kind == Kind::Pdf.label() {
            "pdf"
        } else {
            "jpg"
        },
        kind: if file.kind == Kind::Pdf.label() {
            Kind::Pdf
        } else {
            Kind::Jpeg
        },
    };
    let code = SheetCode {
        case,
        sheet: String::new(),
    };
    // filed first: a stop in between leaves it in both places rather than in neither
    let outcome = filed(cx, &acting, (&code, &ready), stamped(cx, "file"));
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(Error::NotFound | Error::Denied(_)) => {
            errors.add(&name, "这一件您不能归还签批单，请核对编号");
            return draw(cx, &[], &errors, &[]).map(Reply::Wrong);
        }
        Err(e) => return Err(e),
    };
    engine.take_from_tray(&cx.state.store, stamped(cx, "take"), (&acting, file.id))?;
    let came = Came {
        sent: file.name,
        outcome,
    };
    draw(cx, &[came], &FieldErrors::default(), &[]).map(Reply::Page)
}

/// The cases somebody means: chosen among several, or of the number typed.
fn named(cx: &Cx<FileSheets>, acting: &Acting, name: &str) -> Result<Vec<Id>> {
    if let Ok(id) = cx.form(CASE).parse() {
        return Ok(vec![id]);
    }
    let typed = crate::kit::text::fold(cx.form(name)).trim().to_owned();
    // brackets are folded for comparing, not for what is printed
    let whole = cx.form(name).trim().to_owned();
    let engine = &cx.state.engine;
    let mut all = Vec::new();
    for word in [whole, typed] {
        if !word.is_empty() && all.is_empty() {
            all = engine.cases_numbered(&cx.state.store, acting, &word)?;
        }
    }
    Ok(all)
}

fn draw(
    cx: &Cx<FileSheets>,
    came: &[Came],
    errors: &FieldErrors,
    offered: &[(Id, Id)],
) -> Result<Markup> {
    let acting = acting(cx)?;
    let waiting = cx.state.engine.tray(&cx.state.store, &acting)?;
    let content = html! {
        (crumbs(&Link::new("返回待办", HOME), &[], "归还签批单"))
        (heading("归还签批单", "领导在纸上签好的处理单、传阅单，拍照传上来，凭单子上的二维码自动归到那一件", &html! {}))
        (form::errors(errors))
        @if !came.is_empty() { (results(came)) }
        (upload(cx, errors)?)
        @if !waiting.is_empty() {
            (list::section("h-tray", &format!("还没有归到件里的照片 {} 张", waiting.len()), &"",
                &html! { @for f in &waiting { (in_tray(cx, f, errors, offered)?) } }))
        }
    };
    Ok(cx.draw(&Page::new("归还签批单").wrong(errors), &content))
}

fn results(came: &[Came]) -> Markup {
    let lines: Vec<Markup> = came.iter().map(result).collect();
    let filed = |c: &&Came| matches!(c.outcome, Outcome::Filed { .. });
    let n = came.iter().filter(filed).count();
    let title = format!("这次 {} 张，归好 {n} 张", came.len());
    list::section("h-came", &title, &"", &list::lines(&lines))
}

fn result(came: &Came) -> Markup {
    match &came.outcome {
        Outcome::Filed {
            case,
            photo,
            said,
            enters,
        } => html! {
            (Shot { href: format!("/case/{case}/file/{photo}"), small: format!("/case/{case}/file/{photo}/small") }.show())
            " 已归到 " a href=(format!("/case/{case}")) { (said) }
            @if *enters {
                " " a.btn href=(format!("/case/{case}/paper?kept={photo}")) { "录入意见" }
            }
        },
        Outcome::Waits(why) => html! {
            b { (came.sent) } "：" (why) "。照片已存在下面，请填编号归到件里。"
        },
        Outcome::Refused(why) => html! { b { (came.sent) } "：" (why) },
    }
}

fn upload(cx: &Cx<FileSheets>, errors: &FieldErrors) -> Result<Markup> {
    let op = cx.new_op()?;
    let field = form::many_files(PHOTO, "选照片，可以一次选几张")
        .accept("image/*,application/pdf")
        .hint("一页一张，把整页连同右下角的二维码拍进去；歪一点、暗一点没有关系")
        .check(errors);
    Ok(html! {
        form.block method="post" action="/sheets" enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &op))
            div.field.only-sm {
                label for="f-camera" { "用手机拍一张" }
                input id="f-camera" name=(PHOTO) type="file" accept="image/*" capture="environment";
            }
            (field)
            p.acts { (Press::key("上传并归到件里")) }
        }
    })
}

fn in_tray(
    cx: &Cx<FileSheets>,
    file: &Attachment,
    errors: &FieldErrors,
    offered: &[(Id, Id)],
) -> Result<Markup> {
    let at = format!("/sheets/{}", file.id);
    let name = format!("{NUMBER}.{}", file.id);
    let op = cx.new_op()?;
    let cases: Vec<Id> = offered
        .iter()
        .filter(|(f, _)| *f == file.id)
        .map(|(_, c)| *c)
        .collect();
    Ok(html! {
        section.tray {
            @if file.kind == Kind::Pdf.label() { p { a href=(at) { (file.name) } } }
            @else { (Shot { href: at.clone(), small: format!("{at}/small") }.show()) }
            form method="post" action=(at) {
                (form::tokens(cx.csrf(), &op))
                p.quiet { (file.name) "　" (cx.zone().short_time(file.at, cx.at)) " 传来" }
                (form::text(&name, "收文号").value(cx.form(&name)).hint("只填号数也行，例如 186").check(errors))
                @if !cases.is_empty() { (choices(cx, &cases)?) }
                p.acts {
                    (Press::new("归到这一件"))
                    (Press::new("不要这张").posts("do", "drop"))
                }
            }
        }
    })
}

/// Cases of the same number in several years.
fn choices(cx: &Cx<FileSheets>, cases: &[Id]) -> Result<Markup> {
    let acting = acting(cx)?;
    let mut all = Vec::new();
    for case in cases {
        let engine = &cx.state.engine;
        let view = engine.open(&cx.state.store, &acting, (*case, None))?;
        let head = view.case.head;
        let label = format!("{}　{}", head.number.unwrap_or_default(), head.title);
        all.push(form::Choice::new(case.to_string(), label));
    }
    Ok(html! { (form::radios(CASE, "是哪一件", all)) })
}
