//! Exchange between offices (公文交换): documents on their way to offices that have no seat on this server, to sister organs
//! that have one, and from both; with the receipts that come back.
//! Not here: the rows themselves (`inbox::parcel`) and the incoming case (`engine`).
//! Invariant: what leaves by file is signed by the organ and opens only with its code; nothing is registered by itself.

mod accept;
mod arrive;
mod arrive_view;
mod bundle;
mod carry;
pub mod code;
pub mod elements;
mod kept;
mod known;
pub mod package;
mod partner_store;
mod partners;
mod send;
mod send_view;
mod take;

pub use carry::Carrier;

use crate::access::{Allowed, Place, action};
use crate::org::Role;
use crate::web::{Manifest, MenuItem, Route};

const OFFICE: Allowed = Allowed::Roles(&[Role::OfficeDirector, Role::RecordsClerk]);
/// What came.
const DESK_AT: &str = "/exchange";
const PARTNERS_AT: &str = "/exchange/partners";

action!(pub SeeSent, "exchange.sent", "看发出的公文包", Allowed::SignedIn, Place::Anywhere);
action!(pub SendPackage, "exchange.send", "发公文包、收回执", Allowed::SignedIn, Place::Anywhere);
action!(pub SeeArrivals, "exchange.list", "看收到的公文", OFFICE, Place::Anywhere);
action!(pub TakeArrival, "exchange.take", "收公文包、登记、退回", OFFICE, Place::Anywhere);
action!(pub KeepPartners, "exchange.partners", "维护往来单位", OFFICE, Place::Anywhere);

/// Sending, receiving, partners.
pub const MANIFEST: Manifest = Manifest {
    id: "exchange",
    menu: &[
        MenuItem::new("公文交换", DESK_AT, 46),
        MenuItem::new("往来单位", PARTNERS_AT, 10).under(DESK_AT),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeSent>("/case/{case}/exchange", send::show),
        Route::post::<SendPackage>("/case/{case}/exchange", send::send),
        Route::post::<SendPackage>("/case/{case}/exchange/receipt", send::receipt),
        Route::get::<SeeSent>("/case/{case}/exchange/{parcel}/{what}", send::file),
        Route::get::<SeeArrivals>(DESK_AT, arrive::show),
        Route::post::<TakeArrival>(DESK_AT, arrive::bring),
        Route::get::<KeepPartners>(PARTNERS_AT, partners::show),
        Route::post::<KeepPartners>(PARTNERS_AT, partners::add),
        Route::post::<KeepPartners>("/exchange/partners/{id}", partners::set),
        Route::get::<SeeArrivals>("/exchange/in/{parcel}", arrive::one),
        Route::get::<SeeArrivals>("/exchange/in/{parcel}/file/{file}", arrive::file),
        Route::get::<SeeArrivals>("/exchange/in/{parcel}/receipt", arrive::receipt),
        Route::post::<TakeArrival>("/exchange/in/{parcel}/take", take::take),
        Route::post::<TakeArrival>("/exchange/in/{parcel}/refuse", take::refuse),
        Route::post::<TakeArrival>("/exchange/in/{parcel}/key", arrive::confirm),
    ]
}
