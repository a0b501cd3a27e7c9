//! Issuing an official document (分发): to people and departments, who sign for it in their to-dos, and by hand to outside
//! organs, whose slips are entered; lists of receivers; the printed list.
//!
//! *Lives here*: the pages. *Never here*: who may and what it does (`engine::moves`), who has it (`engine::issued`).
//!
//! *Start reading at*: [`MANIFEST`], then [`desk`].

mod desk;
mod list_view;
mod lists;
mod print;
mod view;

use crate::access::{Allowed, Place, action};
use crate::org::Role;
use crate::web::{Manifest, MenuItem, Route};

const OFFICE: Allowed = Allowed::Roles(&[Role::OfficeDirector, Role::RecordsClerk]);
const LISTS_AT: &str = "/distribution";

action!(pub SeeIssued, "document.issued", "看公文分发情况", Allowed::SignedIn, Place::Anywhere);
action!(pub IssueDocument, "document.issue", "分发公文、登记回执", Allowed::SignedIn, Place::Anywhere);
action!(pub KeepLists, "distribution.keep", "维护分送表", OFFICE, Place::Anywhere);

/// Issuing, and the lists it goes by.
pub const MANIFEST: Manifest = Manifest {
    id: "issue",
    menu: &[MenuItem::new("分送表", LISTS_AT, 45).under("/start")],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeIssued>("/case/{case}/issue", desk::show),
        Route::post::<IssueDocument>("/case/{case}/issue", desk::send),
        Route::post::<IssueDocument>("/case/{case}/issue/slip", desk::slip),
        Route::post::<IssueDocument>("/case/{case}/issue/urge", desk::urge),
        Route::get::<SeeIssued>("/case/{case}/issue/print", print::show),
        Route::get::<KeepLists>(LISTS_AT, lists::show),
        Route::post::<KeepLists>(LISTS_AT, lists::add),
        Route::get::<KeepLists>("/distribution/{id}", lists::one),
        Route::post::<KeepLists>("/distribution/{id}", lists::set),
    ]
}
