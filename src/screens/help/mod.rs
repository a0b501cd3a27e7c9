//! 帮助: the manual by post, one's own posts first; a sheet to hang up for each post; the emergency card; what
//! the trouble pages and their numbers mean; and a person to call.
//!
//! *Lives here*: these pages and their text.
//!
//! *Never here*: help inside other pages (it stands beside the field it is about), release notes.
//!
//! *Start reading at*: [`MANIFEST`]; the words are in `text/`, looking for them in `seek.rs`.

mod numbers;
mod seek;
mod sheet;
mod text;

use crate::access::{AdminRole, Allowed, Place, Who, action};
use crate::kit::{Result, qr};
use crate::org::Role;
use crate::ui::frame::heading;
use crate::ui::list::{lines, section};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, ERRORS_AT, Manifest, MenuItem, Reply, Route};
use text::{ALL, CARDS, Card, Chapter, Reader};

action!(pub SeeHelp, "help.open", "看帮助", Allowed::SignedIn, Place::Anywhere);
action!(
    pub LookUpFault,
    "help.fault",
    "查错误编号",
    Allowed::Admins(&[AdminRole::System]),
    Place::ServerOrHttps,
);

/// Where the manual is.
pub const HELP_AT: &str = "/help";
/// What to do when the office stands still, on one sheet.
pub const EMERGENCY_AT: &str = "/help/emergency";
/// Where the cause of a number is looked up.
const FAULT_AT: &str = "/help/errors/look";

/// The manual.
pub const MANIFEST: Manifest = Manifest {
    id: "help",
    menu: &[MenuItem::new("帮助", HELP_AT, 900)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeHelp>(HELP_AT, show),
        Route::get::<SeeHelp>("/help/sheet/{post}", sheet::post),
        Route::get::<SeeHelp>(EMERGENCY_AT, sheet::emergency),
        Route::get::<SeeHelp>(ERRORS_AT, numbers::show),
        Route::get::<LookUpFault>(FAULT_AT, numbers::look_up),
    ]
}

/// GET `/help?q=`.
fn show(cx: &mut Cx<SeeHelp>) -> Result<Reply> {
    let who = cx.who();
    let small = if who.post_name.is_empty() {
        String::new()
    } else {
        format!("{}的在前面", who.post_name)
    };
    let asked = seek::Asked::of(cx.query("q"));
    let main = html! {
        (seek::form(&asked))
        @if asked.is_empty() { (manual(who)) }
        @else { (seek::found(&asked, &own_first(who))) }
    };
    let content = html! {
        (heading("帮助", &small, &html! {}))
        div.two { div.prose { (main) } div.side { (side(cx)) } }
    };
    Ok(cx.page("帮助", &content))
}

fn manual(who: &Who) -> Markup {
    html! {
        p.quiet { "每件事都能照着做完。做不下去，就打旁边的电话。" }
        @for (own, chapter) in own_first(who) {
            @if own { h2 id=(chapter.id) { (chapter.title) } (questions(chapter)) }
            @else { details id=(chapter.id) { summary { (chapter.title) } (questions(chapter)) } }
        }
    }
}

/// All chapters, those about what somebody does here first.
fn own_first(who: &Who) -> Vec<(bool, &'static Chapter)> {
    let (own, others): (Vec<&Chapter>, Vec<&Chapter>) =
        ALL.iter().copied().partition(|c| is_for(c.reader, who));
    let mark = |mine: bool| move |c| (mine, c);
    own.into_iter()
        .map(mark(true))
        .chain(others.into_iter().map(mark(false)))
        .collect()
}

/// Whether a chapter is about what somebody does here.
fn is_for(reader: Reader, who: &Who) -> bool {
    match reader {
        Reader::Everybody => true,
        Reader::Clerk => who.has(Role::RecordsClerk),
        Reader::Director => who.has(Role::OfficeDirector),
        Reader::Leader => who.roles.iter().any(|r| r.leads()),
        Reader::Department => [
            Role::DeptHead,
            Role::Receiver,
            Role::Handler,
            Role::VillageClerk,
        ]
        .iter()
        .any(|r| who.has(*r)),
        Reader::Archivist => who.has(Role::Archivist),
        Reader::SealKeeper => who.has(Role::SealKeeper),
        Reader::Designer => who.designs || !who.runs.is_empty(),
        Reader::Keeper => !who.runs.is_empty(),
        Reader::System => who.is_admin(AdminRole::System),
        Reader::Security => who.is_admin(AdminRole::Security),
        Reader::Audit => who.is_admin(AdminRole::Audit),
    }
}

fn questions(chapter: &Chapter) -> Markup {
    html! { @for (question, steps) in chapter.questions { h3 { (question) } (answer(steps)) } }
}

fn answer(steps: &[&str]) -> Markup {
    html! {
        @match steps {
            [one] => { p { (one) } }
            many => { ol { @for step in many { li { (step) } } } }
        }
    }
}

fn side(cx: &Cx<SeeHelp>) -> Markup {
    let site = cx.site();
    let code = (!site.address.is_empty())
        .then(|| qr::matrix(&format!("http://{}/", site.address)).ok())
        .flatten();
    let chapters: Vec<Markup> = ALL
        .iter()
        .map(|c| html! { (Link::new(c.title, format!("{HELP_AT}#{}", c.id))) })
        .collect();
    let paper = [
        Link::new("应急卡：打不开、停电、换电脑", EMERGENCY_AT),
        Link::new("错误和编号", ERRORS_AT),
    ];
    let (own, others): (Vec<&Card>, Vec<&Card>) =
        CARDS.iter().partition(|c| is_for(c.reader, cx.who()));
    let posts = own.into_iter().chain(others);
    let posts = posts.map(|c| Link::new(c.title, sheet::address(c.id)));
    let sheets: Vec<Link> = paper.into_iter().chain(posts).collect();
    let words: Vec<Markup> = text::WORDS
        .iter()
        .map(|(word, means)| html! { b { (word) } "　" (means) })
        .collect();
    html! {
        (person(cx))
        (section("sheets", "打印一页，贴在桌上", &"", &lines(&sheets)))
        (section("chapters", "按岗位看", &"", &lines(&chapters)))
        @if let Some(dark) = code {
            (section("qr", "用手机打开", &"", &html! {
                (crate::ui::qr::qr_svg(&dark, "本平台地址的二维码"))
                p.faint { "连办公室的无线网再扫。" }
            }))
        }
        (section("words", "平台上的词", &"", &lines(&words)))
    }
}

/// Whom to call.
fn person(cx: &Cx<SeeHelp>) -> Markup {
    let site = cx.site();
    html! {
        section.helper {
            h2 { "问人" }
            @if site.admin.is_empty() { p { "找本单位的系统管理员" } }
            @else {
                p { "管理员　" (site.admin) }
                @if !site.admin_phone.is_empty() { p.tel { (site.admin_phone) } }
            }
        }
    }
}
