//! Settings of the office as a whole, for its system administrator.
//!
//! *Lives here*: one file a matter; the mail server, the holidays.
//!
//! *Never here*: people and accounts (`people`), what a setting means (the room it belongs to).
//!
//! *Start reading at*: [`MANIFEST`], then [`mail`].

mod holidays;
mod mail;

use super::people::DESK_AT;
use crate::access::{AdminRole, Allowed, Place, action};
use crate::web::{MAIL_AT, Manifest, MenuItem, Route};

const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);
/// Which days are worked.
pub const HOLIDAYS_AT: &str = "/admin/holidays";
const TRY_AT: &str = "/admin/mail/test";

// a password is typed here, and mail leaves the house: at the server, or over HTTPS
action!(pub SetMail, "office.mail", "设置邮件", SYSTEM, Place::ServerOrHttps);
action!(pub TryMail, "office.mail_test", "测试发送邮件", SYSTEM, Place::ServerOrHttps);

action!(pub SetHolidays, "office.holidays", "维护节假日", SYSTEM, Place::Anywhere);

/// The office's settings.
pub const MANIFEST: Manifest = Manifest {
    id: "office",
    menu: &[
        MenuItem::new("邮件设置", MAIL_AT, 50).under(DESK_AT),
        MenuItem::new("节假日", HOLIDAYS_AT, 51).under(DESK_AT),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SetMail>(MAIL_AT, mail::show),
        Route::post::<SetMail>(MAIL_AT, mail::keep),
        Route::post::<TryMail>(TRY_AT, mail::try_out),
        Route::get::<SetHolidays>(HOLIDAYS_AT, holidays::show),
        Route::get::<SetHolidays>("/admin/holidays/check", holidays::start),
        Route::post::<SetHolidays>("/admin/holidays/check", holidays::check),
        Route::post::<SetHolidays>("/admin/holidays/keep", holidays::keep),
        Route::post::<SetHolidays>("/admin/holidays/again", holidays::again),
    ]
}
