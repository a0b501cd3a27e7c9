//! How other PCs get here: the address card, HTTPS and the certificates that go with it, the page any device may open.
//!
//! *Lives here*: the card and what is handed out of it, the page that trusts are made with and its files (`kit`), the
//! administrator's page of HTTPS.
//!
//! *Never here*: which addresses there are (`web::lan`), certificates (`web::tls`), the step of the first run (`setup`).
//!
//! *Start reading at*: [`MANIFEST`], then [`card`] and [`https`].

mod card;
mod drawn;
mod hello;
mod https;
mod kit;
mod trust;

use super::people::DESK_AT;
use crate::access::{AdminRole, Allowed, Place, action};
use crate::web::{ADDRESS_AT, HELLO_AT, HTTPS_AT, Manifest, MenuItem, Route, TRUST_AT};

const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);

action!(pub SeeAddress, "address.see", "看地址卡", Allowed::SignedIn, Place::Anywhere);
action!(pub TellAddress, "address.tell", "确认新地址已经通知大家", SYSTEM, Place::Anywhere);
action!(pub SeeHttps, "https.see", "看加密访问", SYSTEM, Place::Anywhere);
// a wrong switch keeps everybody out
action!(pub SetHttps, "https.set", "设置强制 HTTPS", SYSTEM, Place::ServerOrHttps);

/// The card as a sheet for the wall.
pub const PRINT_AT: &str = "/address/print";
/// Where on the card the shortcuts for other PCs are.
pub const GIVE_AT: &str = "/address#h-give";
const TOLD_AT: &str = "/address/told";
const SHORTCUT_AT: &str = "/address/shortcut/windows";
const DESKTOP_AT: &str = "/address/shortcut/uos";
const FORCE_AT: &str = "/admin/https/force";
const UNFORCE_AT: &str = "/admin/https/unforce";
const PROVED_AT: &str = "/trust/ok";
const CRT_AT: &str = "/trust/root.crt";
const BAT_AT: &str = "/trust/windows.bat";
const SH_AT: &str = "/trust/uos.sh";
const PROFILE_AT: &str = "/trust/iphone.mobileconfig";

/// Addresses, HTTPS, certificates.
pub const MANIFEST: Manifest = Manifest {
    id: "address",
    menu: &[
        MenuItem::new("地址卡", ADDRESS_AT, 71).under(DESK_AT),
        MenuItem::new("加密访问", HTTPS_AT, 72).under(DESK_AT),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeAddress>(ADDRESS_AT, card::show),
        Route::get::<SeeAddress>(PRINT_AT, card::print),
        Route::get::<SeeAddress>(SHORTCUT_AT, card::shortcut),
        Route::get::<SeeAddress>(DESKTOP_AT, card::desktop),
        Route::post::<TellAddress>(TOLD_AT, card::told),
        Route::open_get(HELLO_AT, hello::show),
        Route::open_get(TRUST_AT, trust::show),
        Route::open_get(PROVED_AT, trust::proved),
        Route::open_get("/trust.gif", trust::image),
        Route::open_get(CRT_AT, trust::crt),
        Route::open_get(BAT_AT, trust::bat),
        Route::open_get(SH_AT, trust::sh),
        Route::open_get(PROFILE_AT, trust::profile),
        Route::get::<SeeHttps>(HTTPS_AT, https::show),
        Route::post::<SetHttps>(FORCE_AT, https::force),
        Route::post::<SetHttps>(UNFORCE_AT, https::unforce),
    ]
}
