//! 库房: which department's which year stands in which file, how that is decided, how boxes are carried over,
//! and the department that runs its own file.
//!
//! *Lives here*: the picture of the cabinets, the form of the rule with its preview, the progress of moving, the
//! pages of a department's own administrator; each file is one page or what it is drawn from.
//!
//! *Never here*: what a rule means (`store::placement`), the moving itself (`store`), who may (`access`), the
//! page of one volume with freezing and carrying off.
//!
//! *Start reading at*: [`MANIFEST`], then [`stock`], what all pages know of the cabinets.

mod cabinets;
mod keeper;
mod mine;
mod moving;
mod numbers;
mod posts;
mod preview;
mod rule;
mod show;
mod sketch;
mod stock;

pub(super) use cabinets::worth_saying;
pub(super) use sketch::{MODES, sketch};

use crate::access::change::GrantDept;
use crate::access::{AdminRole, Allowed, Place, action};
use crate::web::{Manifest, MenuItem, Route};

const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);
/// Who grants must see whom a department has.
const LOOKERS: Allowed = Allowed::Admins(&[AdminRole::System, AdminRole::Security]);

action!(pub SeeStorage, "storage.see", "看库房", LOOKERS, Place::Anywhere);
action!(pub ChangeRule, "storage.rule", "改存放办法", SYSTEM, Place::ServerOrHttps);
action!(pub MoveShelves, "storage.move", "暂停、继续、取消搬库", SYSTEM, Place::ServerOrHttps);
action!(pub SeeMine, "storage.mine", "看本部门的柜", Allowed::DeptAdmin, Place::Anywhere);
action!(pub SetRights, "storage.rights", "设本部门岗位的权限", Allowed::DeptAdmin, Place::Anywhere);
action!(pub SetConfidential, "storage.confidential", "设本部门保密", Allowed::DeptAdmin, Place::Anywhere);
action!(pub SetNumbers, "storage.numbers", "设本部门的编号", Allowed::DeptAdmin, Place::Anywhere);

/// The cabinets.
pub const AT: &str = "/storage";
const RULE_AT: &str = "/storage/rule";
const MOVING_AT: &str = "/storage/moving";
/// The file of one's own department.
pub const MINE_AT: &str = "/storage/mine";
/// Where one volume has its page.
const VOLUME_AT: &str = "/storage/volume";
const NUMBERS_AT: &str = "/storage/mine/numbers";
const CONFIDENTIAL_AT: &str = "/storage/mine/confidential";

/// The storage pages.
pub const MANIFEST: Manifest = Manifest {
    id: "storage",
    menu: &[MenuItem::new("库房", AT, 50).under(super::people::DESK_AT)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeStorage>(AT, show::page),
        Route::get::<ChangeRule>(RULE_AT, rule::page),
        Route::post::<ChangeRule>(RULE_AT, rule::posted),
        Route::get::<SeeStorage>(MOVING_AT, moving::page).unattended(),
        Route::post::<MoveShelves>(MOVING_AT, moving::posted),
        Route::get::<GrantDept>("/storage/dept/{id}", keeper::page),
        Route::post::<GrantDept>("/storage/dept/{id}", keeper::save),
        Route::get::<SeeMine>(MINE_AT, mine::page),
        Route::post::<SetConfidential>(CONFIDENTIAL_AT, mine::confide),
        Route::get::<SetNumbers>(NUMBERS_AT, numbers::page),
        Route::post::<SetNumbers>(NUMBERS_AT, numbers::save),
        Route::get::<SetRights>("/storage/mine/post/{id}", posts::page),
        Route::post::<SetRights>("/storage/mine/post/{id}", posts::save),
    ]
}
