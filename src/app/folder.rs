//! A data folder that is made anew: for the account that makes it, the system and the administrators of this PC, for nobody
//! else. On Linux its mode says so (`store::DataDir`), on Windows its list of rights, since `ProgramData` lets every account of
//! the PC read. Invariant: a folder that stands there keeps its rights; what a service is granted later is added to these.

use super::os;
use crate::kit::Result;
use crate::store::DataDir;
use std::path::PathBuf;

/// The system and the administrators, whatever they are called in its language.
const ALWAYS: [&str; 2] = ["*S-1-5-18", "*S-1-5-32-544"];
/// Whoever owns a file: for an account whose name the environment does not tell.
const OWNER: &str = "*S-1-3-4";

/// The folder, made where it is missing.
pub fn make(root: PathBuf) -> Result<DataDir> {
    let new = !root.exists();
    let dir = DataDir::make(root)?;
    if new {
        os::set_rights(dir.root(), &rights(account().as_deref()));
    }
    Ok(dir)
}

/// 办公室\\张三, as the system writes it.
fn account() -> Option<String> {
    let var = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let name = var("USERNAME")?;
    Some(match var("USERDOMAIN") {
        Some(domain) => format!("{domain}\\{name}"),
        None => name,
    })
}

/// What `icacls` is told: nothing from the folder above, everything to these, also in what is made inside.
fn rights(account: Option<&str>) -> Vec<String> {
    let mut words = vec!["/inheritance:r".to_owned()];
    for who in ALWAYS.into_iter().chain([account.unwrap_or(OWNER)]) {
        words.push("/grant:r".into());
        words.push(format!("{who}:(OI)(CI)F"));
    }
    words.push("/Q".into());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_folder_is_for_the_pc_its_administrators_and_this_account() {
        let said = rights(Some("OFFICE\\张三")).join(" ");
        assert_eq!(
            said,
            "/inheritance:r /grant:r *S-1-5-18:(OI)(CI)F /grant:r *S-1-5-32-544:(OI)(CI)F \
             /grant:r OFFICE\\张三:(OI)(CI)F /Q"
        );
        assert!(rights(None).iter().any(|w| w == "*S-1-3-4:(OI)(CI)F"));
    }
}
