//! Seals (印章): who keeps which, putting one on a signed-off document, and telling afterwards whether a document still is
//! what was sealed.
//!
//! *Lives here*: the seals and their history, the page of the step that seals, the register of use, the check.
//!
//! *Never here*: how a seal is drawn (`layout::seal`), what is signed and how (`kit::stamped`, `kit::sm2`), an organ's key
//! (`org::organ_key`), sealing paper (a procedure of its own, without code).
//!
//! *Start reading at*: [`MANIFEST`], then [`apply`].
//!
//! Decision 2026-11-22: what is put on a document is the picture of a seal with an integrity signature of our own (SM2, SM3),
//! and every page says so. An electronic signature of the 电子签名法 wants a licensed authority, which an offline server
//! has not (README decision 23).

mod apply;
mod applying;
mod check;
mod keeping;
mod keys;
mod list;
mod paper;
mod register;
mod seal_store;
mod show;

use crate::access::{AdminRole, Allowed, Place, action};
use crate::kit::{DeptId, OrganId, Principal};
use crate::org::{Directory, Role};
use crate::web::{LOOK_UP_AT, Manifest, MenuItem, Route};

const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);
const READERS: Allowed = Allowed::Either(
    &[Role::OfficeDirector, Role::SealKeeper, Role::Archivist],
    &[AdminRole::System],
);

/// The seals.
const SEALS_AT: &str = "/admin/seals";
/// The register of use.
const USED_AT: &str = "/register-of-seals";
/// The check.
const VERIFY_AT: &str = "/verify";

action!(pub KeepSeals, "seal.keep", "管理印章", SYSTEM, Place::Anywhere);
action!(pub ChangeKey, "seal.key", "换签名钥匙", SYSTEM, Place::ServerOrHttps);
action!(pub SeeUse, "seal.register", "看用印登记簿", READERS, Place::Anywhere);
action!(pub ApplySeal, "seal.apply", "用印", Allowed::SignedIn, Place::Anywhere);
action!(pub UndoSeal, "seal.undo", "作废用印", Allowed::SignedIn, Place::Anywhere);
action!(pub CheckSealed, "seal.check", "核验盖章文件", Allowed::SignedIn, Place::Anywhere);

/// Pages and deeds of seals.
pub const MANIFEST: Manifest = Manifest {
    id: "seal",
    menu: &[
        MenuItem::new("印章", SEALS_AT, 41).under(crate::screens::people::DESK_AT),
        MenuItem::new("用印登记簿", USED_AT, 80).under(LOOK_UP_AT),
        MenuItem::new("核验盖章文件", VERIFY_AT, 81).under(LOOK_UP_AT),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<KeepSeals>(SEALS_AT, list::show),
        Route::get::<KeepSeals>("/admin/seals/new", keeping::new),
        Route::post::<KeepSeals>("/admin/seals/new", keeping::add),
        Route::get::<KeepSeals>("/admin/seals/{id}", show::show),
        Route::get::<KeepSeals>("/admin/seals/{id}/picture", show::picture),
        Route::post::<KeepSeals>("/admin/seals/{id}/keeper", show::hand_over),
        Route::post::<KeepSeals>("/admin/seals/{id}/confirm", show::confirm),
        Route::post::<KeepSeals>("/admin/seals/{id}/destroy", show::destroy),
        Route::get::<KeepSeals>("/admin/seals/key", keys::export),
        Route::post::<ChangeKey>("/admin/seals/key", keys::change),
        Route::get::<SeeUse>(USED_AT, register::show),
        Route::get::<ApplySeal>("/case/{case}/seal", apply::show),
        Route::post::<ApplySeal>("/case/{case}/seal", apply::put),
        Route::post::<UndoSeal>("/case/{case}/seal/undo", apply::undo),
        Route::get::<CheckSealed>("/case/{case}/seal/signature", check::signature),
        Route::get::<CheckSealed>(VERIFY_AT, check::ask),
        Route::post::<CheckSealed>(VERIFY_AT, check::file),
        Route::get::<CheckSealed>("/verify/{code}", check::code),
    ]
}

/// What the pages say wherever a seal is put on something or looked at (README decision 23).
const WHAT_IT_IS: &str = "这是印章图样加完整性签名：证明文件盖章以后没有改动过，用于本单位内部核对和打印；它不是《电子签名法》所说的可靠电子签名，对外有法律效力的仍是纸质盖章件。";

/// What kind of seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealKind {
    Government,
    Party,
    Office,
    Special,
}

impl SealKind {
    /// In the order they are offered.
    pub const ALL: [Self; 4] = [Self::Government, Self::Party, Self::Office, Self::Special];

    /// As stored and posted.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Government => "government",
            Self::Party => "party",
            Self::Office => "office",
            Self::Special => "special",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Government => "政府印章",
            Self::Party => "党委印章",
            Self::Office => "办公室、内设机构印章",
            Self::Special => "专用章",
        }
    }

    /// From its stored word.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == id)
    }

    /// Tenths of a millimetre: a township's is 4.2 cm (国务院印章管理规定十一); an inner one must differ from it.
    #[must_use]
    pub const fn width(self) -> i64 {
        match self {
            Self::Government | Self::Party => 420,
            Self::Office | Self::Special => 400,
        }
    }
}

/// A seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealRow {
    pub id: i64,
    pub rev: i64,
    pub organ: OrganId,
    pub dept: Option<DeptId>,
    /// 砚田镇人民政府印章
    pub name: String,
    pub kind: SealKind,
    /// Round the star of a drawn one.
    pub legend: String,
    /// Under it.
    pub under: String,
    /// A post or a person.
    pub keeper: Principal,
    /// A picture was uploaded; else it is drawn.
    pub pictured: bool,
    /// Tenths of a millimetre.
    pub width: i64,
    /// Not confirmed yet: wears 样章.
    pub sample: bool,
    /// The day it was destroyed, and why.
    pub destroyed: Option<(String, String)>,
}

impl SealRow {
    /// Whether somebody keeps it now, by himself and not in another's place: a seal is handed over with a record.
    #[must_use]
    pub fn is_kept_by(&self, d: &Directory, person: crate::kit::PersonId) -> bool {
        match self.keeper {
            Principal::Person(p) => p == person,
            Principal::Post(post) => d.posts_of(person).any(|p| p.id == post),
            _ => false,
        }
    }

    /// 办公室主任（纪文澜）, or a name.
    #[must_use]
    pub fn keeper_said(&self, d: &Directory) -> String {
        match self.keeper {
            Principal::Person(p) => d.person_name(p).to_owned(),
            Principal::Post(post) => {
                let names: Vec<&str> = d.holders_of(post).map(|p| p.name.as_str()).collect();
                match names.is_empty() {
                    true => format!("{}（空缺）", d.post_title(post)),
                    false => format!("{}（{}）", d.post_title(post), names.join("、")),
                }
            }
            _ => String::new(),
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn owner_said(&self, d: &Directory) -> String {
        match self.dept {
            Some(dept) => d.dept_name(dept).to_owned(),
            None => d.organ_name(self.organ).to_owned(),
        }
    }
}
