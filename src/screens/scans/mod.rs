//! 扫描件: what the scanner left in its folder, for the records clerks to register or put aside, and the
//! page on which the folder is chosen. The tray itself is `inbox::scan`.

mod folder;
mod sheets;
mod tray;

use crate::access::{AdminRole, Allowed, Place, action};
use crate::org::Role;
use crate::web::{Manifest, MenuItem, Route};

/// The tray.
const TRAY_AT: &str = "/scans";
/// Where the folder is chosen.
const FOLDER_AT: &str = "/admin/scan";
/// The administrators' page the folder's stands under.
const DESK_AT: &str = "/admin";

action!(pub SeeScans, "scan.list", "看扫描件", Allowed::Roles(&[Role::RecordsClerk]), Place::Anywhere);
action!(pub TakeScans, "scan.take", "用扫描件登记", Allowed::Roles(&[Role::RecordsClerk]), Place::Anywhere);
action!(pub DropScan, "scan.drop", "删除扫描件", Allowed::Roles(&[Role::RecordsClerk]), Place::Anywhere, spare = true);
action!(
    pub ChooseFolder,
    "scan.folder",
    "设置扫描文件夹",
    Allowed::Admins(&[AdminRole::System]),
    Place::ServerOrHttps,
);

/// Pages and deeds of this screen.
pub const MANIFEST: Manifest = Manifest {
    id: "scans",
    menu: &[
        MenuItem::new("扫描件", TRAY_AT, 45),
        MenuItem::new("扫描文件夹", FOLDER_AT, 52).under(DESK_AT),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeScans>(TRAY_AT, tray::show),
        Route::post::<TakeScans>("/scans/take", tray::take),
        Route::post::<TakeScans>("/scans/sheets", sheets::file),
        Route::post::<DropScan>("/scans/drop", tray::put_aside),
        Route::post::<TakeScans>("/scans/{scan}/back", tray::put_back),
        Route::get::<SeeScans>("/scans/{scan}", tray::small),
        Route::get::<SeeScans>("/scans/{scan}/shown", tray::shown),
        Route::get::<SeeScans>("/scans/{scan}/save", tray::save),
        Route::get::<ChooseFolder>(FOLDER_AT, folder::show),
        Route::post::<ChooseFolder>(FOLDER_AT, folder::choose),
    ]
}
