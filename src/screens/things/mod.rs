//! What the office shares out: who has which room and vehicle in a week, the list of them, days of leave.
//!
//! *Lives here*: the week, the list, the balances, and the lines on a form that say what is taken and left.
//!
//! *Never here*: which kinds there are (the procedures say), taking one (a case does).
//!
//! *Start reading at*: [`MANIFEST`], then [`week`].

pub(super) mod beside;
mod days;
mod list;
mod week;

use crate::access::{Allowed, Place, action};
use crate::engine::definition::{Kind, What};
use crate::engine::procedures::Procedures;
use crate::org::Role;
use crate::web::{Manifest, MenuItem, Route};
use std::collections::BTreeSet;

const OFFICE: Allowed = Allowed::Roles(&[Role::OfficeDirector, Role::RecordsClerk]);
/// Who has what in a week.
pub(super) const WEEK_AT: &str = "/things";
const LIST_AT: &str = "/things/list";
const DAYS_AT: &str = "/leave-days";

action!(pub SeeThings, "thing.week", "看会议室和车辆的安排", Allowed::SignedIn, Place::Anywhere);
action!(pub KeepThings, "thing.keep", "登记会议室和车辆", OFFICE, Place::Anywhere);
action!(pub KeepDays, "leave.days", "登记假期天数", OFFICE, Place::Anywhere);

/// The week, the list, the days.
pub const MANIFEST: Manifest = Manifest {
    id: "things",
    menu: &[
        MenuItem::new("会议室和车辆", WEEK_AT, 41).under("/start"),
        MenuItem::new("假期天数", DAYS_AT, 42).under("/start"),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeThings>(WEEK_AT, week::show),
        Route::get::<KeepThings>(LIST_AT, list::show),
        Route::post::<KeepThings>(LIST_AT, list::add),
        Route::post::<KeepThings>("/things/list/{id}", list::set),
        Route::get::<KeepDays>(DAYS_AT, days::show),
        Route::post::<KeepDays>(DAYS_AT, days::keep),
    ]
}

/// The kinds of things that procedures ask for.
fn kinds(procedures: &Procedures) -> BTreeSet<String> {
    let all = procedures.all();
    let fields = all.iter().flat_map(|p| &p.procedure.fields);
    let of = |kind: &Kind| match kind {
        Kind::Resource { of } => Some(of.clone()),
        _ => None,
    };
    fields.filter_map(|f| of(&f.kind)).collect()
}

/// The balances that procedures take days from.
fn balances(procedures: &Procedures) -> BTreeSet<String> {
    let all = procedures.all();
    let claims = all.iter().flat_map(|p| &p.procedure.claims);
    let of = |what: &What| match what {
        What::Balance { of, .. } => Some(of.clone()),
        What::Thing { .. } | What::Time { .. } => None,
    };
    claims.filter_map(|c| of(&c.what)).collect()
}
