//! Registers (登记簿): one working year at a time, as on paper; columns from the definitions, only cases
//! this person may see.
//!
//! *Lives here*: the page, its conditions, the usual ways of looking, totals, Excel out, A4 print.
//!
//! *Never here*: SQL (`engine::register_sql`), rights (`case_access`, asked in every statement).
//!
//! *Start reading at*: [`wish`], then [`page`].

mod excel;
mod filters;
mod page;
mod print;
mod totals;
mod views;
mod wish;

use crate::access::{Allowed, Place, action};
use crate::kit::{Error, Result};
use crate::web::{Cx, LOOK_UP_AT, Manifest, MenuItem, Reply, Route};

action!(pub SeeRegister, "register.list", "看登记簿", Allowed::SignedIn, Place::Anywhere);
action!(pub ExportRegister, "register.export", "导出登记簿", Allowed::SignedIn, Place::Anywhere);
action!(pub KeepViews, "register.view", "记下登记簿的常用查法", Allowed::SignedIn, Place::Anywhere);

/// The registers.
pub const MANIFEST: Manifest = Manifest {
    id: "register",
    menu: &[MenuItem::new("登记簿", LOOK_UP_AT, 35)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeRegister>(LOOK_UP_AT, first),
        Route::get::<SeeRegister>("/register/{register}", page::show),
        Route::get::<SeeRegister>("/register/{register}/print", print::show),
        Route::post::<ExportRegister>("/register/{register}/excel", excel::excel),
        Route::post::<ExportRegister>("/register/{register}/csv", excel::comma),
        Route::get::<KeepViews>("/register/{register}/views", views::show),
        Route::post::<KeepViews>("/register/{register}/views", views::add),
        Route::post::<KeepViews>("/register/{register}/views/{id}/name", views::rename),
        Route::post::<KeepViews>("/register/{register}/views/{id}/take", views::take),
    ]
}

fn first(cx: &mut Cx<SeeRegister>) -> Result<Reply> {
    let all = page::open_to(cx);
    let table = all.first().ok_or(Error::NotFound)?;
    Ok(Reply::To(format!("/register/{}", table.id)))
}
