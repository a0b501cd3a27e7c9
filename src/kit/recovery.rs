//! The recovery key (恢复码): 160 random bits as eight groups of five characters that a person copies from paper.
//! The fifth character of a group checks the other four and their place, so that a slip of the pen is found by its
//! group. Not for storing it: only its holder has it, on paper.
//! Invariant: what is printed is read back as the same key, whatever is typed between its groups.

use super::error::{Error, Result};
use super::hash::Digest;
use super::text::fold;

/// Bytes of a key.
pub const BYTES: usize = 20;
const GROUPS: usize = 8;
/// Characters of a group, the check among them.
const GROUP: usize = 5;
/// Crockford's: no I, L, O and U, which are read as something else.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery key.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryKey([u8; BYTES]);

impl RecoveryKey {
    /// The key of these random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// What wrapping keys are made from.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// K7QF: printed on the sheet and told by every backup, so that the right sheet is looked for. It gives
    /// nothing of the key away.
    #[must_use]
    pub fn number(&self) -> String {
        let digest = Digest::of_parts(&[b"inkstone recovery key number", &self.0]);
        let letters = digest.0.iter().take(4).map(|b| letter(*b & 31));
        letters.collect()
    }

    /// The eight groups, as printed.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        let fives = fives(&self.0);
        let groups = fives.chunks(GROUP - 1).enumerate();
        groups
            .map(|(i, four)| {
                let mut group: String = four.iter().map(|n| letter(*n)).collect();
                group.push(letter(check(i, four)));
                group
            })
            .collect()
    }

    /// All of it in one line.
    #[must_use]
    pub fn text(&self) -> String {
        self.groups().join("-")
    }

    /// Reads what somebody typed or scanned; the sentence says which group to look at again.
    pub fn read(typed: &str) -> Result<Self> {
        let typed = fold(typed).to_uppercase();
        let letters: Vec<u8> = typed
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .map(|c| value(c).ok_or(c))
            .collect::<std::result::Result<_, char>>()
            .map_err(|c| wrong(format!("恢复码里没有“{c}”这个字母，请对照纸上再看一遍")))?;
        if letters.len() != GROUPS * GROUP {
            return Err(wrong(format!(
                "恢复码是 {GROUPS} 组、每组 {GROUP} 个字，一共 {} 个；现在写了 {} 个，请对照纸上补全",
                GROUPS * GROUP,
                letters.len()
            )));
        }
        let mut fours = Vec::with_capacity(GROUPS * (GROUP - 1));
        for (i, group) in letters.chunks(GROUP).enumerate() {
            let (sum, four) = group.split_last().ok_or_else(|| wrong(String::new()))?;
            if check(i, four) != *sum {
                return Err(wrong(format!(
                    "第 {} 组抄错了，请对照纸上的第 {} 组再写一遍，其余的不用动",
                    i + 1,
                    i + 1
                )));
            }
            fours.extend_from_slice(four);
        }
        Ok(Self(bytes(&fours)))
    }
}

fn wrong(why: String) -> Error {
    Error::invalid("key", why)
}

fn letter(five: u8) -> char {
    LETTERS
        .get(usize::from(five))
        .map_or('0', |b| char::from(*b))
}

/// The number of a character; what looks alike counts alike.
fn value(c: char) -> Option<u8> {
    let c = match c {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    let place = LETTERS.iter().position(|l| char::from(*l) == c)?;
    u8::try_from(place).ok()
}

fn check(place: usize, four: &[u8]) -> u8 {
    let place = u8::try_from(place).unwrap_or(u8::MAX);
    let digest = Digest::of_parts(&[b"group", &[place], four]);
    digest.0.first().map_or(0, |b| b & 31)
}

fn fives(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0u16, 0);
    for byte in bytes {
        held = (held << 8) | u16::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(u8::try_from((held >> bits) & 31).unwrap_or(0));
        }
    }
    out
}

fn bytes(fives: &[u8]) -> [u8; BYTES] {
    let (mut out, mut held, mut bits) = (Vec::with_capacity(BYTES), 0u32, 0);
    for five in fives {
        held = ((held << 5) | u32::from(*five)) & 0xffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 255).unwrap_or(0));
        }
    }
    out.try_into().unwrap_or([0; BYTES])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn key() -> RecoveryKey {
        let mut bytes = [0; BYTES];
        for (i, b) in bytes.iter_mut().enumerate() {
            *b = u8::try_from(i * 37 % 251).unwrap();
        }
        RecoveryKey::new(bytes)
    }

    #[test]
    fn what_is_printed_is_read_back() {
        let key = key();
        let text = key.text();
        assert_eq!(key.groups().len(), 8);
        assert!(RecoveryKey::read(&text).unwrap() == key);
        let sloppy = text.to_lowercase().replace('-', " \n").replace('0', "o");
        assert!(RecoveryKey::read(&sloppy).unwrap() == key);
        assert_eq!(key.number().len(), 4);
    }

    #[test]
    fn a_slip_is_found_by_its_group() {
        let mut groups = key().groups();
        let third = groups.get_mut(2).unwrap();
        let other = if third.starts_with('A') { "B" } else { "A" };
        third.replace_range(0..1, other);
        let why = RecoveryKey::read(&groups.join("-"))
            .err()
            .unwrap()
            .to_string();
        assert!(why.contains("第 3 组"), "{why}");
        let short = RecoveryKey::read("ABCD").err().unwrap().to_string();
        assert!(short.contains("40"), "{short}");
    }
}
