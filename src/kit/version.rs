//! This program's version and the system it was built for. Both stand in the program's file behind a mark, so that a file can be
//! asked for them without being run: packing for another system does that (`tests/release-pack`).
//! Invariant: versions are compared by their numbers; what is not three numbers is no version.

use std::fmt;

/// The mark, as it stands in the file.
const MARK: &str = concat!("INKSTONE-VERSION:", env!("CARGO_PKG_VERSION"), ";");

/// For which system this is; the last part of a package's name.
pub const SYSTEM: &str = if cfg!(windows) {
    "windows-x86_64"
} else if cfg!(target_arch = "aarch64") {
    "linux-aarch64"
} else {
    "linux-x86_64"
};

/// Read from the mark, so that the file and the program never say two things.
#[must_use]
pub fn version() -> &'static str {
    let mark = std::hint::black_box(MARK);
    let after = mark.split(':').nth(1).unwrap_or_default();
    after.trim_end_matches(';')
}

/// 1.2.3
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u32, u32, u32);

impl Version {
    /// Three numbers with dots, nothing around them.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|n| {
            let digits = !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
            n.parse().ok().filter(|_| digits)
        });
        let three = Self(numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(three)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_has_one() {
        assert_eq!(version(), env!("CARGO_PKG_VERSION"));
        assert!(Version::read(version()).is_some());
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let v = |text| Version::read(text);
        assert!(v("0.10.0") > v("0.9.9") && v("1.0.0") > v("0.99.99"));
        assert_eq!(v("01.2.3"), v("1.2.3"));
        for bad in [
            "", "1", "1.2", "1.2.3.4", "1.2.x", "1.2.-3", "1.2.+3", "1..3", " 1.2.3",
        ] {
            assert_eq!(v(bad), None, "{bad}");
        }
    }
}
