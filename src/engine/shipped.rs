//! The procedures that ship: TOML texts in the format an office writes its own in, in the order of `assets/procedures/ORDER`.
//! `build.rs` packs them into one stream: the program has to fit in 25 MB, and packed they take a quarter.
//! Not here: anything that knows one of their ids; a test fails where code does.

use super::definition::{Procedure, Refusal};
use crate::kit::unpack;
use std::sync::LazyLock;

/// Zlib; a zero byte ends each text.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/procedures"));
/// Of all texts together.
const MOST: usize = 4 << 20;

/// The texts, in the order of menus; unpacked once.
pub static TEXTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let all = unpack::zlib(PACKED, MOST).unwrap_or_default();
    let all = String::from_utf8(all).unwrap_or_default().leak();
    all.split_terminator('\0').collect()
});

/// The procedures.
///
/// # Errors
/// Never with the shipped texts: a test reads and checks them all.
pub fn all() -> Result<Vec<Procedure>, Refusal> {
    TEXTS.iter().map(|t| Procedure::parse(t)).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_text_of_the_folder_ships_as_it_is() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/procedures");
        let mut there: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| p.extension().is_some_and(|e| e == "toml"))
            .map(|p| fs::read_to_string(p).unwrap())
            .collect();
        let mut ship: Vec<String> = TEXTS.iter().map(ToString::to_string).collect();
        there.sort_unstable();
        ship.sort_unstable();
        assert!(there == ship, "{} and {}", there.len(), ship.len());
    }
}
