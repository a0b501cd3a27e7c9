//! Identifiers. A volume row's id carries the time it was made and its shelf, never its file,
//! so that moving a shelf to another file changes no row and no link (README decision 9).
//! Layout, high to low: 41 bits of milliseconds since 2024-01-01 UTC, 16 of shelf, 6 of counter.

use super::clock::Millis;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// 2024-01-01T00:00:00Z in Unix milliseconds.
const EPOCH_MS: i64 = 1_704_067_200_000;
const SHELF_BITS: u32 = 16;
const COUNTER_BITS: u32 = 6;
/// Crockford base 32: no I, L, O, U, so that a code can be read out on the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TEXT_LEN: usize = 13;

/// Number of a shelf: one department's working year. 0 is the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ShelfNo(pub u16);

impl ShelfNo {
    /// The hub's own rows.
    pub const HUB: Self = Self(0);
}

/// Id of a row that lives on a shelf. In URLs 13 letters and digits, in JSON a string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(i64);

impl Id {
    /// The id stored in a file.
    #[must_use]
    pub const fn from_raw(raw: i64) -> Self {
        Self(raw)
    }

    /// As stored in a file.
    #[must_use]
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// The shelf the row was made on.
    #[must_use]
    pub const fn shelf(self) -> ShelfNo {
        ShelfNo(((self.0 >> COUNTER_BITS) & 0xffff) as u16)
    }

    /// When the row was made.
    #[must_use]
    pub const fn made_at(self) -> Millis {
        Millis((self.0 >> (SHELF_BITS + COUNTER_BITS)) + EPOCH_MS)
    }

    /// The next id of a shelf: later than `last` whatever the clock says, so a dead CMOS battery is
    /// harmless; a full counter borrows the next millisecond.
    #[must_use]
    pub fn next(shelf: ShelfNo, now: Millis, last: i64) -> Self {
        let ms = (now.0 - EPOCH_MS).max(0);
        let first = (ms << (SHELF_BITS + COUNTER_BITS)) | (i64::from(shelf.0) << COUNTER_BITS);
        if first > last {
            return Self(first);
        }
        let counter = last & ((1 << COUNTER_BITS) - 1);
        if counter < (1 << COUNTER_BITS) - 1 {
            return Self(last + 1);
        }
        let last_ms = last >> (SHELF_BITS + COUNTER_BITS);
        Self(((last_ms + 1) << (SHELF_BITS + COUNTER_BITS)) | (i64::from(shelf.0) << COUNTER_BITS))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'0'; TEXT_LEN];
        let mut rest = self.0;
        for slot in text.iter_mut().rev() {
            *slot = *ALPHABET.get((rest & 31) as usize).unwrap_or(&b'0');
            rest >>= 5;
        }
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({self})")
    }
}

/// The text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("不是有效的编号")
    }
}

impl std::error::Error for NotAnId {}

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(s: &str) -> Result<Self, NotAnId> {
        if s.len() != TEXT_LEN {
            return Err(NotAnId);
        }
        let mut raw: i64 = 0;
        for b in s.bytes() {
            let digit = ALPHABET.iter().position(|a| *a == b).ok_or(NotAnId)?;
            raw = raw
                .checked_mul(32)
                .and_then(|r| r.checked_add(i64::try_from(digit).ok()?))
                .ok_or(NotAnId)?;
        }
        Ok(Self(raw))
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

macro_rules! hub_id {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(s: &str) -> Result<Self, NotAnId> {
                s.parse().map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

hub_id!(
    /// A person (人员).
    PersonId,
    /// A post (岗位): rights and tasks belong to posts, people fill them.
    PostId,
    /// A department (部门).
    DeptId,
    /// An organ (机关/单位) of this server.
    OrganId
);

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const NOON: Millis = Millis(EPOCH_MS + 1000);

    #[test]
    fn carries_its_shelf_and_its_time() {
        let id = Id::next(ShelfNo(513), NOON, 0);
        assert_eq!(id.shelf(), ShelfNo(513));
        assert_eq!(id.made_at(), NOON);
        assert_eq!(id.to_string().parse::<Id>().unwrap(), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
    }

    #[test]
    fn grows_when_the_clock_does_not() {
        let mut last = Id::next(ShelfNo(7), NOON, 0);
        for _ in 0..1000 {
            let next = Id::next(ShelfNo(7), Millis(0), last.raw());
            assert!(next > last);
            assert_eq!(next.shelf(), ShelfNo(7));
            last = next;
        }
    }

    #[test]
    fn refuses_what_is_not_an_id() {
        for bad in [
            "",
            "1",
            "ZZZZZZZZZZZZZ",
            "000000000000u",
            "0000000000000x",
            "０００００００００００００",
        ] {
            assert!(bad.parse::<Id>().is_err(), "{bad}");
        }
    }
}
