//! 帮助: a short manual by post, one's own posts first, and a person to call.
//!
//! *Lives here*: the page and its text.
//!
//! *Never here*: help inside other pages (it stands beside the field it is about), release notes.
//!
//! *Start reading at*: [`MANIFEST`]; the text is in `text.rs`.

mod text;

use crate::access::{AdminRole, Allowed, Place, Who, action};
use crate::kit::{Result, qr};
use crate::org::Role;
use crate::ui::frame::heading;
use crate::ui::list::{lines, section};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Manifest, MenuItem, Reply, Route};
use text::{ALL, Chapter, Reader};

action!(pub SeeHelp, "help.open", "看帮助", Allowed::SignedIn, Place::Anywhere);

/// Where the manual is.
pub const HELP_AT: &str = "/help";

/// The manual.
pub const MANIFEST: Manifest = Manifest {
    id: "help",
    menu: &[MenuItem::new("帮助", HELP_AT, 900)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![Route::get::<SeeHelp>(HELP_AT, show)]
}

fn show(cx: &mut Cx<SeeHelp>) -> Result<Reply> {
    let who = cx.who();
    let (own, others): (Vec<&Chapter>, Vec<&Chapter>) =
        ALL.iter().partition(|c| is_for(c.reader, who));
    let small = if who.post_name.is_empty() {
        String::new()
    } else {
        format!("{}的在前面", who.post_name)
    };
    let main = html! {
        p.quiet { "每件事都能照着做完。做不下去，就打旁边的电话。" }
        @for chapter in own { (draw(chapter)) }
        @for chapter in others {
            details id=(chapter.id) { summary { (chapter.title) } (questions(chapter)) }
        }
    };
    let content = html! {
        (heading("帮助", &small, &html! {}))
        div.two { div.prose { (main) } div.side { (side(cx)) } }
    };
    Ok(cx.page("帮助", &content))
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
        Reader::Keeper => !who.runs.is_empty(),
        Reader::Admin => [AdminRole::System, AdminRole::Security, AdminRole::Audit]
            .iter()
            .any(|r| who.is_admin(*r)),
    }
}

fn draw(chapter: &Chapter) -> Markup {
    html! {
        h2 id=(chapter.id) { (chapter.title) }
        (questions(chapter))
    }
}

fn questions(chapter: &Chapter) -> Markup {
    html! {
        @for (question, steps) in chapter.questions {
            h3 { (question) }
            @match steps {
                [one] => { p { (one) } }
                many => { ol { @for step in *many { li { (step) } } } }
            }
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
        .map(|c| html! { (Link::new(c.title, format!("#{}", c.id))) })
        .collect();
    let words: Vec<Markup> = text::WORDS
        .iter()
        .map(|(word, means)| html! { b { (word) } "　" (means) })
        .collect();
    html! {
        section.helper {
            h2 { "问人" }
            @if site.admin.is_empty() { p { "找本单位的系统管理员" } }
            @else {
                p { "管理员　" (site.admin) }
                @if !site.admin_phone.is_empty() { p.tel { (site.admin_phone) } }
            }
        }
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
