//! The code (提取码) that opens a package: twelve characters read out over the telephone, the last a check of the others.
//! Not stored anywhere by the receiver. Invariant: a slip of tongue or pen is told apart from a wrong code.

use crate::kit::text::fold;
use crate::kit::{Digest, Error, Result, secret};

/// Letters that are not taken for each other, spoken or written: no 0 1 I L O U B.
const LETTERS: &[u8; 29] = b"23456789ACDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;

/// A code.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// A new one.
    pub fn new() -> Result<Self> {
        let mut code = String::with_capacity(LENGTH);
        while code.len() < LENGTH - 1 {
            let mut byte = [0u8; 1];
            getrandom::fill(&mut byte).map_err(Error::fault)?;
            let [byte] = byte;
            // what is left over after whole rounds would come more often
            let whole = u8::MAX - u8::MAX % LETTERS.len() as u8;
            if byte < whole {
                code.push(letter(byte));
            }
        }
        let check = check(&code);
        code.push(check);
        Ok(Self(code))
    }

    /// As typed: spaces, dashes and small letters do not matter.
    ///
    /// # Errors
    /// Invalid where it has a slip in it.
    pub fn read(typed: &str) -> Result<Self> {
        let folded = fold(typed).to_uppercase();
        let bare: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
        let known = bare.bytes().all(|b| LETTERS.contains(&b));
        let (body, last) = bare.split_at(bare.len().saturating_sub(1));
        match known && bare.len() == LENGTH && last.starts_with(check(body)) {
            true => Ok(Self(bare)),
            false => Err(Error::invalid(
                "code",
                "提取码有写错的地方：一共 12 个字母和数字，没有 0、1、B、I、L、O、U。请和发文单位核对",
            )),
        }
    }

    /// K7QF-2MXA-9WHT, as it is read out.
    #[must_use]
    pub fn text(&self) -> String {
        let fours: Vec<&str> = [0, 4, 8]
            .iter()
            .filter_map(|at| self.0.get(*at..at + 4))
            .collect();
        fours.join("-")
    }

    /// The key it makes with a package's salt.
    pub(super) fn key(&self, salt: &[u8; 16]) -> [u8; 32] {
        // 53 bits, and each try costs
        secret::stretched(&self.0, salt)
    }
}

fn letter(n: u8) -> char {
    let place = usize::from(n) % LETTERS.len();
    LETTERS.get(place).map_or('2', |b| char::from(*b))
}

fn check(body: &str) -> char {
    let digest = Digest::of_parts(&[b"inkstone package code", body.as_bytes()]);
    let [first, ..] = digest.0;
    letter(first)
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_out_is_read_back() {
        for _ in 0..200 {
            let code = Code::new().unwrap();
            assert!(Code::read(&code.text()).unwrap() == code);
            assert!(Code::read(&code.text().to_lowercase().replace('-', "  ")).unwrap() == code);
        }
        assert!(Code::new().unwrap() != Code::new().unwrap());
    }

    #[test]
    fn most_slips_are_seen() {
        let code = Code::new().unwrap().text().replace('-', "");
        let (mut slips, mut missed) = (0, 0);
        for at in 0..code.len() {
            for other in LETTERS {
                let mut typed = code.clone().into_bytes();
                if typed[at] != *other {
                    typed[at] = *other;
                    slips += 1;
                    missed += usize::from(Code::read(std::str::from_utf8(&typed).unwrap()).is_ok());
                }
            }
        }
        assert!(missed * 10 < slips, "{missed} of {slips}");
        for typed in ["", "2", "提取码", "0000-0000-0000", "K7QF-2MXA-9WHT-2"] {
            assert!(Code::read(typed).is_err(), "{typed}");
        }
    }
}
