//! People and accounts: the address book for everybody, the organisation, people, accounts, slips and
//! the import for administrators.
//!
//! *Lives here*: the pages of the rooms `org` and `access`; each file is one page with its forms.
//!
//! *Never here*: what a change means and whom it touches (`org::edit`, `access`), one's own page
//! (`screens/me.rs`), SQL.
//!
//! *Start reading at*: [`MANIFEST`], then [`sheet`], the small form that most pages are made of.

mod account;
mod book;
mod dept;
pub mod desk;
mod import;
mod org_list;
mod organ;
mod person;
mod post;
mod posting;
mod roster;
mod seats;
pub mod sheet;
mod slip_print;
mod slips;
pub mod unused;

use crate::access::change::{DisableAccount, EndSessions, GrantAdmin, UnlockAccount};
use crate::access::second::ResetCode;
use crate::access::slip::IssueSlips;
pub(super) use slip_print::log_in_name;

use crate::access::{AdminRole, Allowed, Place, action};
use crate::web::{Manifest, MenuItem, Route};

const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);
const LOOKERS: Allowed = Allowed::Admins(&[AdminRole::System, AdminRole::Security]);

action!(pub SeeBook, "people.book", "看通讯录", Allowed::SignedIn, Place::Anywhere);
action!(pub SeeDesk, "admin.open", "打开管理", Allowed::Admins(&AdminRole::ALL), Place::Anywhere);
action!(pub EditOrg, "org.edit", "管理组织机构", SYSTEM, Place::ServerOrHttps);
action!(pub SeePeople, "people.see", "查看人员和账号", LOOKERS, Place::ServerOrHttps);
action!(pub EditPeople, "people.edit", "管理人员", SYSTEM, Place::ServerOrHttps);
action!(pub ImportPeople, "people.import", "导入人员", SYSTEM, Place::ServerOrHttps);
action!(pub ExportPeople, "people.export", "导出人员", SYSTEM, Place::ServerOrHttps);

/// The address book.
pub const BOOK_AT: &str = "/people";
/// Where administrators begin.
pub const DESK_AT: &str = "/admin";
/// Organs, departments, posts.
pub const ORG_AT: &str = "/admin/org";
/// People and accounts.
pub const ROSTER_AT: &str = "/admin/people";
/// People from Excel.
pub const IMPORT_AT: &str = "/admin/people/import";
/// One-time passwords on paper.
pub const SLIPS_AT: &str = "/admin/slips";

const EXPORT_AT: &str = "/admin/people/export.xlsx";

/// The address book and the administration of people.
pub const MANIFEST: Manifest = Manifest {
    id: "people",
    menu: &[
        MenuItem::new("通讯录", BOOK_AT, 700),
        MenuItem::new("管理", DESK_AT, 800).headings(&[
            (0, "人员和印章"),
            (45, "数据和运行"),
            (60, "通知"),
            (70, "安全和联网"),
        ]),
        MenuItem::new("组织机构", ORG_AT, 10).under(DESK_AT),
        MenuItem::new("人员", ROSTER_AT, 20).under(DESK_AT),
        MenuItem::new("导入人员", IMPORT_AT, 30).under(DESK_AT),
        MenuItem::new("密码单", SLIPS_AT, 40).under(DESK_AT),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        Route::get::<SeeBook>(BOOK_AT, book::show),
        Route::get::<SeeDesk>(DESK_AT, desk::show),
        Route::get::<SeePeople>(ROSTER_AT, roster::show),
        Route::post::<ExportPeople>(EXPORT_AT, roster::export),
        Route::get::<ImportPeople>(IMPORT_AT, import::show),
        Route::get::<ImportPeople>("/admin/people/import/template.xlsx", import::template),
        Route::get::<ImportPeople>("/admin/people/import/check", import::start),
        Route::post::<ImportPeople>("/admin/people/import/check", import::check),
        Route::post::<ImportPeople>("/admin/people/import/errors.xlsx", import::returned),
        Route::post::<ImportPeople>(IMPORT_AT, import::apply),
        Route::get::<IssueSlips>(SLIPS_AT, slips::show),
        Route::post::<IssueSlips>(SLIPS_AT, slips::issue),
    ];
    all.extend(org_routes());
    all.extend(person_routes());
    all
}

fn org_routes() -> Vec<Route> {
    vec![
        Route::get::<EditOrg>(ORG_AT, org_list::show),
        Route::get::<EditOrg>("/admin/org/organ", organ::new),
        Route::post::<EditOrg>("/admin/org/organ", organ::add),
        Route::get::<EditOrg>("/admin/org/organ/{id}", organ::edit),
        Route::post::<EditOrg>("/admin/org/organ/{id}", organ::save),
        Route::get::<EditOrg>("/admin/org/organ/{id}/dept", dept::new),
        Route::post::<EditOrg>("/admin/org/organ/{id}/dept", dept::add),
        Route::get::<EditOrg>("/admin/org/dept/{id}", dept::show),
        Route::get::<EditOrg>("/admin/org/dept/{id}/edit", dept::edit),
        Route::post::<EditOrg>("/admin/org/dept/{id}/edit", dept::save),
        Route::get::<EditOrg>("/admin/org/dept/{id}/close", dept::closing),
        Route::post::<EditOrg>("/admin/org/dept/{id}/close", dept::close),
        Route::get::<EditOrg>("/admin/org/dept/{id}/post", post::new),
        Route::post::<EditOrg>("/admin/org/dept/{id}/post", post::add),
        Route::get::<EditOrg>("/admin/org/post/{id}", post::edit),
        Route::post::<EditOrg>("/admin/org/post/{id}", post::save),
        Route::get::<EditOrg>("/admin/org/post/{id}/charges", post::charges),
        Route::post::<EditOrg>("/admin/org/post/{id}/charges", post::set_charges),
        Route::get::<EditOrg>("/admin/org/post/{id}/close", post::closing),
        Route::post::<EditOrg>("/admin/org/post/{id}/close", post::close),
    ]
}

fn person_routes() -> Vec<Route> {
    vec![
        Route::get::<EditPeople>("/admin/people/new", person::new),
        Route::post::<EditPeople>("/admin/people/new", person::add),
        Route::get::<SeePeople>("/admin/people/{id}", person::show),
        Route::get::<EditPeople>("/admin/people/{id}/edit", person::edit),
        Route::post::<EditPeople>("/admin/people/{id}/edit", person::save),
        Route::get::<EditPeople>("/admin/people/{id}/close", person::closing),
        Route::post::<EditPeople>("/admin/people/{id}/close", person::close),
        Route::post::<EditPeople>("/admin/people/{id}/reopen", person::reopen),
        Route::get::<EditPeople>("/admin/people/{id}/hold", posting::holding),
        Route::post::<EditPeople>("/admin/people/{id}/hold", posting::hold),
        Route::get::<EditPeople>("/admin/people/{id}/move", posting::moving),
        Route::post::<EditPeople>("/admin/people/{id}/move", posting::shift),
        Route::get::<EditPeople>("/admin/people/{id}/leave", posting::leaving),
        Route::post::<EditPeople>("/admin/people/{id}/leave", posting::leave),
        Route::post::<EditPeople>("/admin/people/{id}/main", posting::make_main),
        Route::post::<DisableAccount>("/admin/people/{id}/disable", account::disable),
        Route::post::<UnlockAccount>("/admin/people/{id}/unlock", account::unlock),
        Route::post::<ResetCode>("/admin/people/{id}/code", account::reset_code),
        Route::post::<EndSessions>("/admin/people/{id}/end", account::end_sessions),
        Route::get::<GrantAdmin>("/admin/people/{id}/roles", account::roles),
        Route::post::<GrantAdmin>("/admin/people/{id}/roles", account::set_roles),
    ]
}
