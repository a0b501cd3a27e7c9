//! 体检: whether the server is well, in at most ten lights with a sentence and a button each.
//!
//! *Lives here*: the lights (pure), the facts behind them, the page, the red lines of the to-do list.
//!
//! *Never here*: measuring (`store`), what is done every few seconds and at night (`app`).
//!
//! *Start reading at*: [`lights::of`], then [`MANIFEST`].

pub mod autostart;
pub mod check;
pub mod lights;
mod page;
mod updated;
mod way_in;

use super::people::DESK_AT;
use crate::access::{AdminRole, Allowed, Place, action};
use crate::web::{Manifest, MenuItem, Route};

/// Where the lights are.
pub const HEALTH_AT: &str = "/health";
const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);

action!(pub SeeHealth, "health.open", "看体检", Allowed::Admins(&AdminRole::ALL), Place::Anywhere);
action!(pub CheckHealth, "health.check", "体检：查一遍", SYSTEM, Place::ServerOrHttps);
action!(pub SetAutostart, "health.autostart", "设自动启动", SYSTEM, Place::ServerOrHttps);
action!(pub AttachStray, "health.attach", "挂接放在柜子旁边的文件", SYSTEM, Place::ServerOrHttps);
action!(pub ConfirmClock, "health.clock", "核对服务器时间", SYSTEM, Place::ServerOrHttps);

/// The health page.
pub const MANIFEST: Manifest = Manifest {
    id: "health",
    menu: &[MenuItem::new("体检", HEALTH_AT, 45).under(DESK_AT)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeHealth>(HEALTH_AT, page::show),
        Route::post::<CheckHealth>(lights::CHECK_AT, page::begin),
        Route::post::<CheckHealth>(lights::STOP_AT, page::stop),
        Route::post::<CheckHealth>(lights::CALL_AT, page::call),
        Route::post::<AttachStray>(lights::ATTACH_AT, page::attach),
        Route::get::<SetAutostart>(autostart::AUTOSTART_AT, autostart::show),
        Route::post::<SetAutostart>(autostart::AUTOSTART_AT, autostart::set),
        Route::post::<ConfirmClock>(lights::CLOCK_AT, page::confirm),
    ]
}

pub use page::red_lines;
