//! Settings of the office as a whole, for its system administrator and its records office.
//!
//! *Lives here*: one file a matter; the mail server, robots and SMS, the holidays, letterheads and their numbers.
//!
//! *Never here*: people and accounts (`people`), what a setting means (the room it belongs to).
//!
//! *Start reading at*: [`MANIFEST`], then [`mail`].

mod channels;
mod holidays;
mod letterheads;
mod mail;
mod numbers;
mod one_day;

use super::people::DESK_AT;
use crate::access::{AdminRole, Allowed, Place, action};
use crate::org::Role;
use crate::web::{MAIL_AT, Manifest, MenuItem, Route};

const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);
/// Which days are worked.
pub const HOLIDAYS_AT: &str = "/admin/holidays";
const TRY_AT: &str = "/admin/mail/test";

// a password is typed here, and mail leaves the house: at the server, or over HTTPS
action!(pub SetMail, "office.mail", "设置邮件", SYSTEM, Place::ServerOrHttps);
action!(pub TryMail, "office.mail_test", "测试发送邮件", SYSTEM, Place::ServerOrHttps);

/// Robots of chat groups and the SMS gateway.
pub const CHANNELS_AT: &str = "/admin/channels";

action!(pub SetChannels, "office.channel", "设置消息通道", SYSTEM, Place::ServerOrHttps);
action!(pub TryChannel, "office.channel_test", "测试消息通道", SYSTEM, Place::ServerOrHttps);

action!(pub SetHolidays, "office.holidays", "维护节假日", SYSTEM, Place::Anywhere);

const RECORDS: Allowed = Allowed::Either(
    &[Role::OfficeDirector, Role::RecordsClerk],
    &[AdminRole::System],
);
/// In whose name documents go out.
pub const LETTERHEADS_AT: &str = "/letterheads";
/// How far each organ code's numbers are.
pub const NUMBERS_AT: &str = "/numbers";

action!(pub KeepLetterheads, "letterhead.keep", "维护发文字头", RECORDS, Place::Anywhere);
action!(pub KeepNumbers, "number.keep", "预留和作废发文编号", RECORDS, Place::Anywhere);

/// The office's settings.
pub const MANIFEST: Manifest = Manifest {
    id: "office",
    menu: &[
        MenuItem::new("邮件设置", MAIL_AT, 60).under(DESK_AT),
        MenuItem::new("消息通道", CHANNELS_AT, 61).under(DESK_AT),
        MenuItem::new("节假日", HOLIDAYS_AT, 42).under(DESK_AT),
        MenuItem::new("发文编号", NUMBERS_AT, 43).under("/start"),
        MenuItem::new("发文字头", LETTERHEADS_AT, 44).under("/start"),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SetMail>(MAIL_AT, mail::show),
        Route::post::<SetMail>(MAIL_AT, mail::keep),
        Route::post::<TryMail>(TRY_AT, mail::try_out),
        Route::get::<SetChannels>(CHANNELS_AT, channels::list),
        Route::get::<SetChannels>("/admin/channels/new/{kind}", channels::new),
        Route::post::<SetChannels>("/admin/channels/new/{kind}", channels::add),
        Route::get::<SetChannels>("/admin/channels/{id}", channels::show),
        Route::post::<SetChannels>("/admin/channels/{id}", channels::keep),
        Route::post::<TryChannel>("/admin/channels/{id}/test", channels::try_out),
        Route::get::<SetChannels>("/admin/channels/{id}/drop", channels::ask),
        Route::post::<SetChannels>("/admin/channels/{id}/drop", channels::take),
        Route::get::<KeepLetterheads>(LETTERHEADS_AT, letterheads::show),
        Route::post::<KeepLetterheads>(LETTERHEADS_AT, letterheads::add),
        Route::post::<KeepLetterheads>("/letterheads/usual", letterheads::add_usual),
        Route::post::<KeepLetterheads>("/letterheads/{id}", letterheads::set),
        Route::get::<KeepNumbers>(NUMBERS_AT, numbers::show),
        Route::post::<KeepNumbers>(NUMBERS_AT, numbers::keep),
        Route::post::<KeepNumbers>("/numbers/void", numbers::give_up),
        Route::get::<SetHolidays>(HOLIDAYS_AT, holidays::show),
        Route::get::<SetHolidays>("/admin/holidays/check", holidays::start),
        Route::post::<SetHolidays>("/admin/holidays/check", holidays::check),
        Route::post::<SetHolidays>("/admin/holidays/keep", holidays::keep),
        Route::post::<SetHolidays>("/admin/holidays/again", holidays::again),
    ]
}
