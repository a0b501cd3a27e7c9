//! 委托 and AB岗: one's own tasks handed on for some days, and the office director's list of everybody's.
//!
//! *Lives here*: one's own page, the office's page, the form both have in common.
//!
//! *Never here*: what a stand-in may do with a case (`engine`), the banner (`web::visit`).
//!
//! *Start reading at*: [`MANIFEST`], then [`own`].

mod form;
mod office;
mod own;

use crate::access::{Allowed, Place, action};
use crate::org::Role;
use crate::web::{DELEGATION_AT, DELEGATION_END, Manifest, MenuItem, Route};

/// Everybody's delegations and the deputies of the posts.
pub const OFFICE_AT: &str = "/office/delegations";
const OFFICE_END: &str = "/office/delegations/end";
const OFFICE_NEW: &str = "/office/delegations/new";
const DEPUTIES_AT: &str = "/office/deputies";
const DIRECTOR: Allowed = Allowed::Roles(&[Role::OfficeDirector]);

action!(pub DelegateOwn, "delegation.own", "委托本人的待办", Allowed::SignedIn, Place::Anywhere);
action!(pub DelegateOffice, "delegation.office", "替不在的人办委托、看全部委托", DIRECTOR, Place::Anywhere);
action!(pub SetDeputies, "delegation.deputies", "安排AB岗", DIRECTOR, Place::Anywhere);

/// Delegations.
pub const MANIFEST: Manifest = Manifest {
    id: "delegation",
    menu: &[MenuItem::new("委托和AB岗", OFFICE_AT, 60)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<DelegateOwn>(DELEGATION_AT, own::show),
        Route::post::<DelegateOwn>(DELEGATION_AT, own::keep),
        Route::post::<DelegateOwn>(DELEGATION_END, own::end),
        Route::get::<DelegateOffice>(OFFICE_AT, office::show),
        Route::get::<DelegateOffice>(OFFICE_NEW, office::fresh),
        Route::post::<DelegateOffice>(OFFICE_NEW, office::keep),
        Route::post::<DelegateOffice>(OFFICE_END, office::end),
        Route::get::<SetDeputies>(DEPUTIES_AT, office::deputies),
        Route::post::<SetDeputies>(DEPUTIES_AT, office::keep_deputies),
    ]
}
