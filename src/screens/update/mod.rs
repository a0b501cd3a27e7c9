//! 升级: which version runs, a package taken in from this browser or from a stick at the server PC, what will happen, the last ones.
//!
//! *Lives here*: the page and its deeds, each the system administrator's at the server PC or over HTTPS.
//!
//! *Never here*: what a package is, and how one program takes the place of another (`app::update`).
//!
//! *Start reading at*: [`MANIFEST`], then [`page`].

mod page;
mod parts;

use super::people::DESK_AT;
use crate::access::{AdminRole, Allowed, Place, action};
use crate::web::{Manifest, MenuItem, Route};

const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);
/// How updates stand.
pub const UPDATE_AT: &str = "/update";
const TAKE_AT: &str = "/update/take";
const STICK_AT: &str = "/update/stick";
const FORGET_AT: &str = "/update/forget";
const BEGIN_AT: &str = "/update/begin";
const STOP_AT: &str = "/update/stop";
const SEEN_AT: &str = "/update/seen";

action!(pub SeeUpdate, "update.see", "看升级", SYSTEM, Place::Anywhere);
action!(pub TakePackage, "update.take", "选升级包", SYSTEM, Place::ServerOrHttps);
action!(pub RunUpdate, "update.run", "升级程序", SYSTEM, Place::ServerOrHttps);

/// Updates of the program.
pub const MANIFEST: Manifest = Manifest {
    id: "update",
    menu: &[MenuItem::new("升级", UPDATE_AT, 59).under(DESK_AT)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeUpdate>(UPDATE_AT, page::show),
        Route::post::<TakePackage>(TAKE_AT, page::take),
        Route::post::<TakePackage>(STICK_AT, page::from_stick),
        Route::post::<TakePackage>(FORGET_AT, page::forget),
        Route::post::<RunUpdate>(BEGIN_AT, page::begin),
        Route::post::<RunUpdate>(STOP_AT, page::stop),
        Route::post::<RunUpdate>(SEEN_AT, page::seen),
    ]
}
