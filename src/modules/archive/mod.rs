//! 档案: cards of what an office has done with, tidied once a year into pieces with numbers, printed, boxed, handed over.
//!
//! *Lives here*: cards and pieces, the table of retention, archive numbers, boxes, the yearly tidy-up page, the papers
//! of DA/T 22-2015, lending, destruction lists, the export of a year with its four-property check.
//!
//! *Never here*: the move that files a case (`engine::moves::archive`), sealing a volume (`store::freeze`), the borrowing
//! procedure, which is data (`assets/procedures`).
//!
//! *Start reading at*: [`card`], then [`year`] and [`work`].
//!
//! Decision 2026-11-22: a part joined to a piece stays a card of its own that names the piece. The alternative, parts as
//! rows of the piece, would move rows on joining and splitting, and undoing either would have to move them back.
//!
//! Decision 2026-11-22: a numbered year's later events (移交, 借阅, 销毁, notes) are written to the department's standing
//! shelf (README decision 10) even where the year is still open, so that there is one place to look for them.

mod arrange;
mod borrow;
mod card;
mod card_page;
mod card_store;
mod gather;
mod later_page;
mod later_undo;
mod list_page;
mod number_page;
mod numbers;
pub mod package;
mod package_deeds;
mod package_page;
mod papers;
mod piece;
mod report_page;
mod report_store;
mod retention;
mod settings_page;
mod settings_store;
mod stamps;
mod tidy_deeds;
mod tidy_page;
mod work;
mod year;

pub use arrange::Width;
pub use card::{Picture, State, Term, Words};
pub use settings_store::{Settings, find_settings, set_settings};
pub use year::{Archive, Keeper, Year};

use crate::access::{Action, Allowed, Place, action};
use crate::org::Role;
use crate::web::{Cx, Manifest, MenuItem, Route};

const ARCHIVIST: Allowed = Allowed::Roles(&[Role::Archivist]);

action!(pub SeeArchive, "archive.see", "查档案目录", Allowed::SignedIn, Place::Anywhere);
action!(pub AskArchive, "archive.ask", "申请借阅档案", Allowed::SignedIn, Place::Anywhere);
action!(pub TidyArchive, "archive.tidy", "整理档案", ARCHIVIST, Place::Anywhere);
action!(pub NumberArchive, "archive.number", "编档号、装盒", ARCHIVIST, Place::Anywhere);
action!(pub PrintArchive, "archive.print", "打印档案目录", ARCHIVIST, Place::Anywhere);
action!(pub NoteArchive, "archive.later", "登记移交、借阅、销毁", ARCHIVIST, Place::Anywhere);
action!(pub ExportArchive, "archive.export", "检测、导出档案数据包", ARCHIVIST, Place::Anywhere);
action!(pub SetArchive, "archive.settings", "设置档案", ARCHIVIST, Place::Anywhere);

/// The catalogue.
pub const AT: &str = "/archive";
const TIDY_AT: &str = "/archive/tidy";
const NUMBER_AT: &str = "/archive/number";
const NEW_AT: &str = "/archive/new";
const LATER_AT: &str = "/archive/later";
const SETTINGS_AT: &str = "/archive/settings";
const RULES_AT: &str = "/archive/settings/rules";
const PRINT_AT: &str = "/archive/print";
const PACKAGE_AT: &str = "/archive/package";
const CHECK_AT: &str = "/archive/check";

/// The archive.
pub const MANIFEST: Manifest = Manifest {
    id: "archive",
    menu: &[
        MenuItem::new("档案", AT, 38),
        MenuItem::new("年度整理", TIDY_AT, 1).under(AT),
        MenuItem::new("编号、装盒", NUMBER_AT, 2).under(AT),
        MenuItem::new("移交、借阅、销毁", LATER_AT, 3).under(AT),
        MenuItem::new("数据包、四性检测", PACKAGE_AT, 4).under(AT),
        MenuItem::new("档案设置", SETTINGS_AT, 5).under(AT),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeArchive>(AT, list_page::show),
        Route::get::<TidyArchive>(TIDY_AT, tidy_page::show),
        Route::post::<TidyArchive>(TIDY_AT, tidy_deeds::posted),
        Route::get::<TidyArchive>(NEW_AT, card_page::blank),
        Route::post::<TidyArchive>(NEW_AT, card_page::add),
        Route::get::<SeeArchive>("/archive/card/{card}", card_page::show),
        Route::post::<TidyArchive>("/archive/card/{card}", card_page::save),
        Route::post::<AskArchive>("/archive/card/{card}/ask", borrow::ask),
        Route::get::<NumberArchive>(NUMBER_AT, number_page::show),
        Route::post::<NumberArchive>(NUMBER_AT, number_page::posted),
        Route::get::<NoteArchive>(LATER_AT, later_page::show),
        Route::post::<NoteArchive>(LATER_AT, later_page::posted),
        Route::get::<PrintArchive>("/archive/print/{paper}", papers::show),
        Route::get::<ExportArchive>(PACKAGE_AT, package_page::show),
        Route::post::<ExportArchive>(PACKAGE_AT, package_deeds::posted),
        Route::post::<ExportArchive>("/archive/package/brought", package_deeds::brought),
        Route::get::<ExportArchive>("/archive/package/file", package_deeds::file),
        Route::get::<ExportArchive>("/archive/check/{id}", report_page::show),
        Route::get::<ExportArchive>("/archive/check/{id}/print", report_page::print),
        Route::get::<SetArchive>(SETTINGS_AT, settings_page::show),
        Route::post::<SetArchive>(SETTINGS_AT, settings_page::keep),
        Route::post::<SetArchive>(RULES_AT, settings_page::keep_rules),
    ]
}

/// The archive as whoever asks has it before them.
fn open<A: Action>(cx: &Cx<A>) -> Archive {
    Archive {
        store: cx.state.store.clone(),
        engine: cx.state.engine.clone(),
        directory: cx.state.org.current(),
        keeper: Keeper::of(cx.who()),
    }
}

/// The year asked for by the address or the form; last year where none is, for that is what is tidied.
fn asked_year<A: Action>(cx: &Cx<A>) -> i16 {
    let said = [cx.query("year"), cx.form("year")];
    let typed = said.iter().find_map(|text| text.trim().parse().ok());
    let known = |y: &i16| (1949..=9999).contains(y);
    typed
        .filter(known)
        .unwrap_or_else(|| cx.zone().year(cx.at) - 1)
}
