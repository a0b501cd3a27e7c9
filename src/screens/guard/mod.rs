//! 安全: what the three administrators look after beside people and accounts.
//!
//! *Lives here*: 安全设置, 报警, 审计 (reading, checking, taking out), 等保自查, the file for whoever mends the
//! server from afar.
//!
//! *Never here*: what a rule means (`access`), how the audit is written (`store`), accounts (`people`).
//!
//! *Start reading at*: [`MANIFEST`], then [`audit`].

mod alarms;
pub mod audit;
mod audit_out;
mod diagnose;
mod evidence;
mod self_check;
mod settings;

use super::people::DESK_AT;
use crate::access::alarm::{NoteAlarm, SeeAlarms};
use crate::access::safety::{SeeSafety, SetSafety};
use crate::access::{AdminRole, Allowed, Place, action};
use crate::web::{Manifest, MenuItem, Route};

/// Which rules of log-in are kept.
pub const SAFETY_AT: &str = "/guard/safety";
/// What looked suspicious.
pub const ALARMS_AT: &str = "/guard/alarms";
/// Who did what.
pub const AUDIT_AT: &str = "/audit";
/// What was refused.
const REFUSED_AT: &str = "/audit/refused";
/// The table of the standard, with what this server shows for it.
const SELF_CHECK_AT: &str = "/guard/self-check";
const SEEN_TO: &str = "/guard/alarms/seen";
const CHECK_TO: &str = "/audit/check";
const OUT_TO: &str = "/audit/export";
const DIAGNOSE_TO: &str = "/guard/diagnose";

const AUDITOR: Allowed = Allowed::Admins(&[AdminRole::Audit]);

action!(pub SeeAudit, "audit.open", "看审计", AUDITOR, Place::Anywhere);
action!(pub CheckAudit, "audit.check", "核对审计记录", AUDITOR, Place::Anywhere);
// what is taken out names people and their deeds: not over a line that others can hear
action!(pub ExportAudit, "audit.export", "导出审计记录", AUDITOR, Place::ServerOrHttps);
action!(pub SeeSelfCheck, "guard.self_check", "看等保自查", Allowed::Admins(&AdminRole::ALL), Place::Anywhere);
action!(pub Diagnose, "guard.diagnose", "导出诊断文件", Allowed::Admins(&[AdminRole::System]), Place::ServerOrHttps);

/// Settings, alarms, audit, self-check, diagnosis.
pub const MANIFEST: Manifest = Manifest {
    id: "guard",
    menu: &[
        MenuItem::new("审计", AUDIT_AT, 73).under(DESK_AT),
        MenuItem::new("报警", ALARMS_AT, 74).under(DESK_AT),
        MenuItem::new("安全设置", SAFETY_AT, 75).under(DESK_AT),
        MenuItem::new("等保自查", SELF_CHECK_AT, 76).under(DESK_AT),
    ],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeSafety>(SAFETY_AT, settings::show),
        Route::post::<SetSafety>(SAFETY_AT, settings::keep),
        Route::get::<SeeAlarms>(ALARMS_AT, alarms::show),
        Route::post::<NoteAlarm>(SEEN_TO, alarms::seen),
        Route::get::<SeeAudit>(AUDIT_AT, audit::show),
        Route::get::<SeeAudit>(REFUSED_AT, audit::refused),
        Route::post::<CheckAudit>(CHECK_TO, audit::check),
        Route::post::<ExportAudit>(OUT_TO, audit_out::export),
        Route::get::<SeeSelfCheck>(SELF_CHECK_AT, self_check::show),
        Route::post::<Diagnose>(DIAGNOSE_TO, diagnose::send),
    ]
}

pub use alarms::open_lines;
