//! The only door of argon2: hashing and checking passwords, a bounded number at a time (S55).
//! Parameters stand in each PHC string, so they can be raised without asking anybody for a new
//! password. Invariant: never more than `LANES` blocks of 19 MiB; who waits over two seconds is told so.
//!
//! Decision 2026-11-21: the block of a lane is made at its first use and kept. Freeing it lets glibc
//! raise its mmap threshold, after which every thread keeps 19 MiB (packaging.md measured 66 MB).

use super::token::{Chance, same};
use crate::kit::{Error, Result};
use argon2::password_hash::{Decimal, Ident, Output, ParamsString, PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Hashes computed at one time, at most; never on more than half of the processors, so that a storm of
/// log-ins leaves the other half to those who read their papers.
const LANES: usize = 2;
/// Who may stand in the queue: more could not be served within [`QUEUE`] anyway.
const WAITING: usize = 64;
/// How long a log-in waits for its turn.
const QUEUE: Duration = Duration::from_secs(2);
/// How long the making of many slips waits for a turn.
const PATIENT: Duration = Duration::from_secs(60);

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    m: u32,
    t: u32,
}

impl Cost {
    /// OWASP's first choice: 19 MiB, two passes; about 50 ms on an office PC.
    pub const OFFICE: Self = Self { m: 19_456, t: 2 };
    /// As little as argon2 takes. For tests only.
    pub const TEST: Self = Self { m: 8, t: 1 };

    fn params(self) -> Result<Params> {
        Params::new(self.m, self.t, 1, Some(Params::DEFAULT_OUTPUT_LEN)).map_err(Error::fault)
    }
}

#[derive(Default)]
struct Lanes {
    /// Blocks not in use; the one used last is taken first, so a quiet office keeps one.
    free: Vec<Vec<Block>>,
    busy: usize,
    waiting: usize,
}

/// Computes hashes, few at a time.
pub struct Hasher {
    cost: Cost,
    chance: Chance,
    /// Hashes computed at one time here.
    most: usize,
    lanes: Mutex<Lanes>,
    turn: Condvar,
    /// What an unknown name is checked against.
    nobody: String,
    computed: AtomicU64,
}

/// How long one is willing to wait.
#[derive(Clone, Copy)]
enum Patience {
    AtLogin,
    InBulk,
}

impl Hasher {
    /// A hasher of this cost.
    pub fn new(cost: Cost, chance: Chance) -> Result<Self> {
        let mut hasher = Self {
            cost,
            chance,
            most: std::thread::available_parallelism().map_or(1, |n| (n.get() / 2).clamp(1, LANES)),
            lanes: Mutex::default(),
            turn: Condvar::new(),
            nobody: String::new(),
            computed: AtomicU64::new(0),
        };
        // No password hashes to this: only its salt and parameters matter.
        let salt: [u8; 16] = hasher.chance.bytes()?;
        hasher.nobody = hasher.phc(&salt, &[0; Params::DEFAULT_OUTPUT_LEN])?;
        Ok(hasher)
    }

    /// How many hashes were computed: the test of equal time counts them instead of using a clock.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The PHC string of a password.
    pub fn hash(&self, password: &str) -> Result<String> {
        self.make(password, Patience::AtLogin)
    }

    /// As [`Self::hash`] for one of many: waits behind those who are logging in.
    pub fn hash_in_bulk(&self, password: &str) -> Result<String> {
        self.make(password, Patience::InBulk)
    }

    fn make(&self, password: &str, patience: Patience) -> Result<String> {
        let salt: [u8; 16] = self.chance.bytes()?;
        let out = self.compute(password, &salt, self.cost, patience)?;
        self.phc(&salt, &out)
    }

    /// Whether the password is the one the PHC string was made of. `None` stands for an unknown
    /// name: the same work is done and the answer is no (S28).
    pub fn fits(&self, password: &str, phc: Option<&str>) -> Result<bool> {
        let parsed = PasswordHash::new(phc.unwrap_or(&self.nobody)).map_err(Error::fault)?;
        let params = Params::try_from(&parsed).map_err(Error::fault)?;
        let cost = Cost {
            m: params.m_cost(),
            t: params.t_cost(),
        };
        if cost.m > Cost::OFFICE.m || cost.t > 4 || params.p_cost() != 1 {
            return Err(Error::fault("a stored password asks for too much memory"));
        }
        let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else {
            return Err(Error::fault("a stored password lacks its salt or hash"));
        };
        let mut buffer = [0u8; 64];
        let salt = salt.decode_b64(&mut buffer).map_err(Error::fault)?;
        let out = self.compute(password, salt, cost, Patience::AtLogin)?;
        Ok(phc.is_some() && same(&out, expected.as_bytes()))
    }

    fn compute(
        &self,
        password: &str,
        salt: &[u8],
        cost: Cost,
        patience: Patience,
    ) -> Result<[u8; Params::DEFAULT_OUTPUT_LEN]> {
        let mut lane = self.enter(patience)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params()?);
        let needed = argon.params().block_count();
        if lane.blocks.len() < needed {
            lane.blocks.resize(needed, Block::default());
        }
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        argon
            .hash_password_into_with_memory(
                password.as_bytes(),
                salt,
                &mut out,
                lane.blocks.as_mut_slice(),
            )
            .map_err(Error::fault)?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        Ok(out)
    }

    fn enter(&self, patience: Patience) -> Result<Lane<'_>> {
        let (most, until) = match patience {
            Patience::AtLogin => (WAITING, Instant::now() + QUEUE),
            Patience::InBulk => (usize::MAX, Instant::now() + PATIENT),
        };
        let mut lanes = self.lock();
        if lanes.busy >= self.most && lanes.waiting >= most {
            return Err(busy());
        }
        lanes.waiting += 1;
        while lanes.busy >= self.most {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                lanes.waiting -= 1;
                return Err(busy());
            }
            lanes = self
                .turn
                .wait_timeout(lanes, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        lanes.waiting -= 1;
        lanes.busy += 1;
        let blocks = lanes.free.pop().unwrap_or_default();
        Ok(Lane {
            hasher: self,
            blocks,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn phc(&self, salt: &[u8], out: &[u8]) -> Result<String> {
        let salt = SaltString::encode_b64(salt).map_err(Error::fault)?;
        let mut params = ParamsString::new();
        for (name, value) in [("m", self.cost.m), ("t", self.cost.t), ("p", 1)] {
            params
                .add_decimal(name, Decimal::from(value))
                .map_err(Error::fault)?;
        }
        Ok(PasswordHash {
            algorithm: Ident::new("argon2id").map_err(Error::fault)?,
            version: Some(Version::V0x13.into()),
            params,
            salt: Some(salt.as_salt()),
            hash: Some(Output::new(out).map_err(Error::fault)?),
        }
        .to_string())
    }
}

fn busy() -> Error {
    Error::Busy("现在登录的人很多，请过几秒再试一次".into())
}

/// One turn: gives its block back and wakes the next, also when the hash fails.
struct Lane<'h> {
    hasher: &'h Hasher,
    blocks: Vec<Block>,
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        let mut lanes = self.hasher.lock();
        lanes.busy -= 1;
        lanes.free.push(std::mem::take(&mut self.blocks));
        drop(lanes);
        self.hasher.turn.notify_one();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn hasher() -> Hasher {
        Hasher::new(Cost::TEST, Chance::held(7)).unwrap()
    }

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let h = hasher();
        let phc = h.hash("春江花月夜2026").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{phc}");
        assert!(h.fits("春江花月夜2026", Some(&phc)).unwrap());
        assert!(!h.fits("春江花月夜2025", Some(&phc)).unwrap());
        assert_ne!(phc, h.hash("春江花月夜2026").unwrap(), "salted");
    }

    #[test]
    fn the_hash_is_the_standard_one() {
        use argon2::PasswordVerifier;
        let h = Hasher::new(Cost::OFFICE, Chance::held(7)).unwrap();
        let phc = h.hash("ab").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        let parsed = PasswordHash::new(&phc).unwrap();
        assert!(Argon2::default().verify_password(b"ab", &parsed).is_ok());
        assert!(h.fits("ab", Some(&phc)).unwrap(), "in the reused block");
    }

    #[test]
    fn a_hash_made_at_another_cost_still_fits() {
        let phc = hasher().hash("春江花月夜2026").unwrap();
        let office = Hasher::new(Cost { m: 64, t: 2 }, Chance::held(1)).unwrap();
        assert!(office.fits("春江花月夜2026", Some(&phc)).unwrap());
    }

    #[test]
    fn s28_an_unknown_name_costs_one_hash_as_well() {
        let h = hasher();
        let phc = h.hash("春江花月夜2026").unwrap();
        let before = h.computed();
        assert!(!h.fits("x", None).unwrap());
        assert_eq!(h.computed(), before + 1);
        assert!(!h.fits("x", Some(&phc)).unwrap());
        assert_eq!(h.computed(), before + 2);
    }

    #[test]
    fn a_greedy_or_broken_hash_is_a_fault() {
        let h = hasher();
        for bad in [
            "",
            "plain",
            "$argon2id$v=19$m=1048576,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(matches!(h.fits("x", Some(bad)), Err(Error::Fault(_))));
        }
    }

    #[test]
    fn s55_two_at_a_time_and_the_blocks_are_reused() {
        let h = hasher();
        std::thread::scope(|s| {
            for _ in 0..40 {
                s.spawn(|| {
                    for _ in 0..5 {
                        h.hash("x").unwrap();
                    }
                });
            }
        });
        let lanes = h.lock();
        assert_eq!((lanes.busy, lanes.waiting), (0, 0));
        assert!(lanes.free.len() <= LANES);
    }

    #[test]
    fn s55_a_full_queue_says_busy_at_once() {
        let h = hasher();
        h.lock().busy = LANES;
        h.lock().waiting = WAITING;
        let start = Instant::now();
        assert!(matches!(h.hash("x"), Err(Error::Busy(_))));
        assert!(start.elapsed() < QUEUE);
    }
}
