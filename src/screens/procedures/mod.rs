//! 事项管理: the procedures of the office, shipped and its own: versions with what changed, drafts and publishing,
//! files out and in, switching, authorising, who may design.
//!
//! *Lives here*: the pages around a procedure. The pages on which one is drawn stand at `AT/{procedure}/design`.
//!
//! *Never here*: what may be published (`engine::publish`), what a draft or a version is (`engine::workshop`).
//!
//! *Start reading at*: [`MANIFEST`], then [`show`].

mod carry;
mod designers;
pub(super) mod drawn;
pub(super) mod home;
mod left;
mod list;
mod place;
mod publish;
mod rights;
mod show;
mod used;
mod versions;

use crate::access::change::GrantDesign;
use crate::access::{Action, AdminRole, Allowed, Place, action};
use crate::engine::definition::Procedure;
use crate::engine::own::Range;
use crate::engine::procedures::{Origin, Published};
use crate::engine::workshop::Maker;
use crate::kit::{Error, Result};
use crate::web::{Cx, Manifest, MenuItem, Route};

action!(pub SeeProcedures, "procedure.see", "看事项管理", Allowed::Designers, Place::Anywhere);
action!(pub DesignProcedure, "procedure.design", "设计事项", Allowed::Designers, Place::Anywhere);
action!(pub PublishProcedure, "procedure.publish", "发布事项", Allowed::Designers, Place::Anywhere);
action!(pub ExportProcedure, "procedure.export", "导出事项", Allowed::Designers, Place::Anywhere);
action!(pub UseProcedure, "procedure.use", "本部门用不用事项", Allowed::DeptAdmin, Place::Anywhere);
action!(
    pub AuthoriseProcedure,
    "procedure.authorise",
    "授权事项",
    Allowed::Admins(&[AdminRole::System]),
    Place::Anywhere,
);

/// Where the procedures of the office are.
pub const AT: &str = "/procedures";

/// 事项管理.
pub const MANIFEST: Manifest = Manifest {
    id: "procedures",
    menu: &[MenuItem::new("事项管理", AT, 600)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeProcedures>(AT, list::show),
        Route::get::<GrantDesign>("/procedures/designers", designers::show),
        Route::post::<GrantDesign>("/procedures/designers", designers::save),
        Route::get::<DesignProcedure>("/procedures/import", carry::show),
        Route::post::<DesignProcedure>("/procedures/import", carry::take),
        Route::post::<DesignProcedure>("/procedures/import/as", carry::take_as),
        Route::get::<DesignProcedure>(drawn::AT, drawn::show),
        Route::post::<DesignProcedure>(drawn::AT, drawn::look),
        Route::post::<DesignProcedure>("/procedures/drawn/keep", drawn::keep),
        Route::get::<SeeProcedures>("/procedures/{procedure}", show::show),
        Route::post::<ExportProcedure>("/procedures/{procedure}/export", carry::export),
        Route::get::<DesignProcedure>("/procedures/{procedure}/copy", carry::copying),
        Route::post::<DesignProcedure>("/procedures/{procedure}/copy", carry::copy),
        Route::post::<DesignProcedure>("/procedures/{procedure}/drop", publish::throw_away),
        Route::get::<PublishProcedure>("/procedures/{procedure}/publish", publish::look),
        Route::post::<PublishProcedure>("/procedures/{procedure}/publish", publish::publish),
        Route::post::<PublishProcedure>("/procedures/{procedure}/follow", publish::follow),
        Route::post::<PublishProcedure>("/procedures/{procedure}/keep", publish::keep),
        Route::get::<SeeProcedures>("/procedures/{procedure}/version/{id}", versions::show),
        Route::post::<PublishProcedure>("/procedures/{procedure}/version/{id}", versions::again),
        Route::get::<DesignProcedure>("/procedures/{procedure}/place", place::show),
        Route::post::<DesignProcedure>("/procedures/{procedure}/place", place::save),
        Route::post::<DesignProcedure>("/procedures/{procedure}/schedule", show::switch),
        Route::post::<PublishProcedure>(left::LEFT_AT, left::hand_on),
        Route::post::<UseProcedure>("/procedures/{procedure}/use", used::switch),
        Route::get::<AuthoriseProcedure>("/procedures/{procedure}/rights", rights::show),
        Route::post::<AuthoriseProcedure>("/procedures/{procedure}/rights", rights::save),
    ]
}

/// The page of a procedure.
fn at(procedure: &str) -> String {
    format!("{AT}/{procedure}")
}

/// Whoever sits here, as one who makes procedures.
pub(super) fn maker<A: Action>(cx: &Cx<A>) -> Result<Maker> {
    let range = Range::of(cx.who());
    Maker::of(&cx.state.org.current(), cx.who().person, range)
}

/// The same, where he may change this procedure.
fn may_change<A: Action>(cx: &Cx<A>, procedure: &str) -> Result<Maker> {
    let maker = maker(cx)?;
    let engine = &cx.state.engine;
    engine.may_change(&cx.state.store, &maker, procedure)?;
    Ok(maker)
}

/// The published procedure of the path.
fn published<A: Action>(cx: &Cx<A>) -> Result<Published> {
    let id: String = cx.path("procedure")?;
    may_look(cx, &id)?;
    cx.state.engine.procedures.current(&id)
}

/// Refuses what is another department's own.
fn may_look<A: Action>(cx: &Cx<A>, procedure: &str) -> Result<()> {
    let engine = &cx.state.engine;
    engine.may_look(&cx.state.store, &maker(cx)?, procedure)
}

/// 随程序带来, 本单位改过, 本单位自己的.
const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Shipped => "随程序带来",
        Origin::Changed => "本单位改过",
        Origin::Own => "本单位自己的",
    }
}

/// A stored text, which was read before it was stored.
fn read(text: &str) -> Result<Procedure> {
    Procedure::parse(text).map_err(Error::from)
}
