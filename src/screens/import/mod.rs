//! Old registers from Excel or CSV (U45, U49): upload, say which column is what, look at what will happen,
//! carry it in with its progress, and what came of it.
//!
//! *Lives here*: the pages of one sheet on its way, each a file.
//!
//! *Never here*: what a column or a line means (`engine::import`), the register itself (`screens/register`).
//!
//! *Start reading at*: [`MANIFEST`], then [`choose`], [`look`], [`carried`].

mod carried;
mod choose;
mod look;

use crate::access::{Action, Allowed, Place, action};
use crate::engine::import::columns::Kindred;
use crate::engine::import::desk::Sheet;
use crate::engine::run::Acting;
use crate::kit::Result;
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Manifest, Route};
use std::sync::Arc;

action!(pub ImportRegister, "register.import", "导入旧登记簿", Allowed::SignedIn, Place::Anywhere);

/// Old registers. Who may is said by the procedures of the register, and asked by every page.
pub const MANIFEST: Manifest = Manifest {
    id: "import",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<ImportRegister>("/register/{register}/import", choose::show),
        Route::post::<ImportRegister>("/register/{register}/import", choose::take),
        Route::get::<ImportRegister>("/register/{register}/import/{sheet}", look::show),
        Route::post::<ImportRegister>("/register/{register}/import/{sheet}/columns", look::columns),
        Route::post::<ImportRegister>(
            "/register/{register}/import/{sheet}/errors.xlsx",
            look::errors,
        ),
        Route::post::<ImportRegister>("/register/{register}/import/{sheet}/run", carried::run),
        Route::post::<ImportRegister>("/register/{register}/import/{sheet}/stop", carried::stop),
    ]
}

/// The way here from the register, for who may.
pub fn link<A: Action>(cx: &Cx<A>, register: &str) -> Markup {
    let may = acting(cx).and_then(|a| cx.state.engine.kindred(&a, register));
    match may {
        Ok(_) => Link::new("导入旧登记簿", at(register)).button(),
        Err(_) => html! {},
    }
}

fn at(register: &str) -> String {
    format!("/register/{register}/import")
}

fn acting<A: Action>(cx: &Cx<A>) -> Result<Acting> {
    Acting::of(&cx.state.org.current(), cx.who().person)
}

/// Whoever asks, the register and what lines of it may become; refused where he may not.
fn allowed(cx: &Cx<ImportRegister>) -> Result<(Acting, String, Vec<Kindred>)> {
    let register: String = cx.path("register")?;
    let acting = acting(cx)?;
    let kindred = cx.state.engine.kindred(&acting, &register)?;
    Ok((acting, register, kindred))
}

/// The sheet of the address, where it is this person's.
fn sheet_of(cx: &Cx<ImportRegister>) -> Result<(Acting, String, Arc<Sheet>)> {
    let (acting, register, _) = allowed(cx)?;
    let id: String = cx.path("sheet")?;
    let sheet = cx.state.imports.find(cx.who().person, &register, &id)?;
    Ok((acting, register, sheet))
}

/// 收文登记簿
fn name_of(kindred: &[Kindred]) -> &str {
    kindred
        .first()
        .map_or("登记簿", |k| k.procedure.register.name.as_str())
}
