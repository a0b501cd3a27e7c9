//! 督办台账: all supervised matters somebody may see, with lights, progress and the weekly print for the leaders'
//! meeting; and the rows of a case's table (会议议定事项) raised as matters at once.
//!
//! *Lives here*: the page, its A4 print, its Excel list, the form for several rows.
//!
//! *Never here*: lights and what a matter takes over (`engine::supervision`), closing (its procedure).
//!
//! *Start reading at*: [`page`].

mod excel;
mod page;
mod rows;

use crate::access::{Allowed, Place, action};
use crate::web::{Manifest, MenuItem, Route};

action!(pub SeeMatters, "supervise.list", "看督办台账", Allowed::SignedIn, Place::Anywhere);
action!(pub ExportMatters, "supervise.export", "导出督办台账", Allowed::SignedIn, Place::Anywhere);
action!(pub RaiseRows, "supervise.raise", "逐条转督办", Allowed::SignedIn, Place::Anywhere);

const AT: &str = "/supervision";

/// The supervision page.
pub const MANIFEST: Manifest = Manifest {
    id: "supervise",
    menu: &[MenuItem::new("督办台账", AT, 37)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeMatters>(AT, page::show),
        Route::get::<SeeMatters>("/supervision/print", page::print),
        Route::post::<ExportMatters>("/supervision/excel", excel::excel),
        Route::get::<RaiseRows>("/case/{case}/raise", rows::form),
        Route::post::<RaiseRows>("/case/{case}/raise", rows::raise),
    ]
}
