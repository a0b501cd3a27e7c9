//! 备份: the last good backup, places, what is kept, drills, the recovery key, what a restore lost.
//!
//! *Lives here*: one file a matter; each change is a deed of the system administrator at the server PC or over HTTPS.
//!
//! *Never here*: how a backup is made or opened (`store::backup`), when (`app::backup`), restoring an empty
//! installation (`setup::restore`) or a volume (`volume::restore`), but for the fields both ask for ([`typed`]).
//!
//! *Start reading at*: [`MANIFEST`], then [`home`].

mod drills;
mod home;
mod key;
mod lost;
mod places;
pub mod typed;

use super::people::DESK_AT;
use crate::access::{AdminRole, Allowed, Place, action};
use crate::web::{BACKUP_AT, Manifest, MenuItem, Route};

const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);
const KEY_AT: &str = "/backup/key";
const DRILLS_AT: &str = "/backup/drills";
const LOST_AT: &str = "/backup/lost";

action!(pub SeeBackup, "backup.see", "看备份", SYSTEM, Place::Anywhere);
action!(pub RunBackup, "backup.run", "马上备份、演练", SYSTEM, Place::ServerOrHttps);
action!(pub SetPlaces, "backup.place", "设置备份位置", SYSTEM, Place::ServerOrHttps);
action!(pub SetKey, "backup.key", "印恢复码", SYSTEM, Place::ServerOrHttps);
action!(pub ConfirmLost, "backup.lost", "确认恢复后丢失的内容", SYSTEM, Place::ServerOrHttps);

/// Backups.
pub const MANIFEST: Manifest = Manifest {
    id: "backup",
    menu: &[MenuItem::new("备份", BACKUP_AT, 51).under(DESK_AT)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeBackup>(BACKUP_AT, home::show),
        Route::post::<RunBackup>("/backup/run", home::run),
        Route::post::<RunBackup>("/backup/stop", home::stop),
        Route::post::<RunBackup>("/backup/drill", home::drill),
        Route::post::<SetPlaces>("/backup/takeover", home::take_over),
        Route::get::<SetPlaces>("/backup/place", places::new),
        Route::post::<SetPlaces>("/backup/place", places::add),
        Route::post::<SetPlaces>("/backup/place/{id}/test", places::test),
        Route::post::<SetPlaces>("/backup/place/{id}/remove", places::remove),
        Route::get::<SetKey>(KEY_AT, key::show),
        Route::post::<SetKey>(KEY_AT, key::make),
        Route::post::<SetKey>("/backup/key/prove", key::prove),
        Route::get::<SeeBackup>(DRILLS_AT, drills::show),
        Route::get::<SeeBackup>("/backup/drills/{id}", drills::print),
        Route::post::<RunBackup>("/backup/drills/{id}", drills::see),
        Route::get::<SeeBackup>(LOST_AT, lost::show),
        Route::post::<ConfirmLost>(LOST_AT, lost::confirm),
        Route::post::<ConfirmLost>("/backup/lost/floor", lost::floor),
    ]
}
