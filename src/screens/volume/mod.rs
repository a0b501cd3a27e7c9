//! One volume (柜): closing its year, carrying it off and fetching it back; and sealed volumes of other
//! offices, read beside ours or by whoever holds the file.
//! The picture of all volumes is another screen's (`/storage`).

mod beside;
mod deeds;
mod excel;
mod look;
mod onward;
mod page;
mod picture;
mod restore;

use crate::access::{AdminRole, Allowed, Place, Who, action};
use crate::kit::{DeptId, Result};
use crate::org::Role;
use crate::store::Volume;
use crate::web::{Cx, Manifest, OpenCx, RESTORE_AT, Reply, Route};
pub use deeds::{fetch, take_up};
use look::Shelf;

/// Who closes years; which of them, `may_touch` says.
const KEEPERS: Allowed = Allowed::Keepers;
/// Volumes of other offices are looked at by those who look after all of ours.
const OFFICE: Allowed = Allowed::Either(&[Role::Archivist], &[AdminRole::System]);

/// Where all volumes are shown.
pub const STORAGE_AT: &str = "/storage";
const BESIDE_AT: &str = "/storage/beside";
/// Where the one volume of `inkstone open` is shown.
const LOOK_AT: &str = "/look";

action!(pub SeeVolume, "volume.see", "看一个柜子", KEEPERS, Place::Anywhere);
action!(pub SealVolume, "volume.seal", "封存一年的案卷", KEEPERS, Place::ServerOrHttps);
action!(pub ContinueVolume, "volume.continue", "把没办完的转到今年", KEEPERS, Place::ServerOrHttps);
action!(pub CarryVolume, "volume.carry", "把封存的柜子带走", KEEPERS, Place::ServerOrHttps);
action!(pub BackUpVolume, "volume.backup", "备份一个柜子", KEEPERS, Place::ServerOrHttps);
action!(pub AttachVolume, "volume.attach", "挂接柜子", KEEPERS, Place::ServerOrHttps);
action!(pub SplitVolume, "volume.split", "把一年搬进自己的柜子", KEEPERS, Place::ServerOrHttps);
action!(pub ExportVolume, "volume.export", "导出一个柜子的案卷目录", KEEPERS, Place::Anywhere);
action!(pub RestoreVolume, "volume.restore", "从备份恢复一个柜子", Allowed::Admins(&[AdminRole::System]), Place::ServerOrHttps);
action!(pub SeeBeside, "beside.see", "看外来的柜子", OFFICE, Place::Anywhere);
action!(pub AddBeside, "beside.add", "打开外来的柜子", OFFICE, Place::ServerOrHttps);

/// Pages of one volume, and of those beside ours.
pub const MANIFEST: Manifest = Manifest {
    id: "volume",
    menu: &[],
    routes,
};

/// The pages of `inkstone open`: one volume and nothing else. They answer without a claim, for there is
/// nothing to claim.
pub const LOOK: Manifest = Manifest {
    id: crate::web::CLAIM,
    menu: &[],
    routes: look_routes,
};

/// The line of the one volume in a store made for `inkstone open`.
const ONLY: i64 = 1;

/// Whether somebody who may close years may close this one: a department that runs its own file closes it
/// itself; what several share is the office's.
fn may_touch(who: &Who, volume: &Volume) -> bool {
    match volume.key.dept {
        Some(dept) if who.runs_dept(DeptId(dept)) => true,
        Some(_) => who.is_admin(AdminRole::System),
        None => who.has(Role::Archivist) || who.is_admin(AdminRole::System),
    }
}

/// Whether this person may take out what a volume holds: those who look after an independent department's file
/// from outside see its state and its size only.
fn may_read(who: &Who, volume: &Volume) -> bool {
    match volume.key.dept {
        Some(dept) => who.runs_dept(DeptId(dept)),
        None => who.has(Role::Archivist),
    }
}

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeVolume>("/storage/volume/{no}", page::show),
        Route::post::<SealVolume>("/storage/volume/{no}/seal", deeds::seal),
        Route::post::<SplitVolume>("/storage/volume/{no}/split", deeds::split),
        Route::post::<ContinueVolume>("/storage/volume/{no}/continue", onward::begin),
        Route::post::<CarryVolume>("/storage/volume/{no}/carry", deeds::carry),
        Route::post::<AttachVolume>("/storage/volume/{no}/attach", deeds::attach),
        Route::post::<BackUpVolume>("/storage/volume/{no}/backup", deeds::back_up),
        Route::post::<ExportVolume>("/storage/volume/{no}/excel", excel::excel),
        Route::post::<SealVolume>("/storage/volume/{no}/stop", deeds::stop),
        Route::get::<RestoreVolume>(RESTORE_AT, restore::show),
        Route::post::<RestoreVolume>(RESTORE_AT, restore::begin),
        Route::get::<SeeBeside>(BESIDE_AT, beside::show),
        Route::post::<AddBeside>(BESIDE_AT, beside::add),
        Route::post::<AddBeside>("/storage/beside/{beside}/drop", beside::take_off),
        Route::get::<SeeBeside>("/storage/beside/{beside}", |cx| inside(cx, look::list)),
        Route::get::<SeeBeside>("/storage/beside/{beside}/case/{case}", |cx| {
            inside(cx, look::case)
        }),
        Route::get::<SeeBeside>("/storage/beside/{beside}/case/{case}/ledger", |cx| {
            inside(cx, look::ledger)
        }),
        Route::get::<SeeBeside>("/storage/beside/{beside}/case/{case}/print/{sheet}", |cx| {
            inside(cx, look::print)
        }),
        Route::get::<SeeBeside>("/storage/beside/{beside}/case/{case}/file/{file}", |cx| {
            inside(cx, look::file)
        }),
        Route::get::<SeeBeside>(
            "/storage/beside/{beside}/case/{case}/file/{file}/save",
            |cx| inside(cx, look::save),
        ),
        Route::get::<SeeBeside>(
            "/storage/beside/{beside}/case/{case}/file/{file}/shown",
            |cx| inside(cx, look::shown),
        ),
        Route::get::<SeeBeside>(
            "/storage/beside/{beside}/case/{case}/file/{file}/small",
            |cx| inside(cx, look::small),
        ),
    ]
}

fn look_routes() -> Vec<Route> {
    vec![
        Route::open_get(crate::web::CLAIM_AT, |_| Ok(Reply::To(LOOK_AT.into()))),
        Route::open_get(LOOK_AT, |cx| alone(cx, look::list)),
        Route::open_get("/look/case/{case}", |cx| alone(cx, look::case)),
        Route::open_get("/look/case/{case}/ledger", |cx| alone(cx, look::ledger)),
        Route::open_get("/look/case/{case}/print/{sheet}", |cx| {
            alone(cx, look::print)
        }),
        Route::open_get("/look/case/{case}/file/{file}", |cx| alone(cx, look::file)),
        Route::open_get("/look/case/{case}/file/{file}/save", |cx| {
            alone(cx, look::save)
        }),
        Route::open_get("/look/case/{case}/file/{file}/shown", |cx| {
            alone(cx, look::shown)
        }),
        Route::open_get("/look/case/{case}/file/{file}/small", |cx| {
            alone(cx, look::small)
        }),
    ]
}

fn inside(cx: &Cx<SeeBeside>, page: look::Drawn) -> Result<Reply> {
    let id: i64 = cx.path("beside")?;
    let shelf = Shelf {
        volume: cx.state.store.beside(id)?,
        at: format!("{BESIDE_AT}/{id}"),
    };
    page(cx, &shelf)
}

fn alone(cx: &OpenCx, page: look::Drawn) -> Result<Reply> {
    let shelf = Shelf {
        volume: cx.state.store.beside(ONLY)?,
        at: LOOK_AT.into(),
    };
    page(cx, &shelf)
}
