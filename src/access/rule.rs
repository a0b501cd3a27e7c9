//! What a password of one's own must be, said positively (U68): a refusal names what to do.
//! No forced mixture of kinds and no expiry by date: both make people write passwords down
//! (NIST SP 800-63B 5.1.1.2); an office that is assessed turns them on (`safety.rs`). Invariant: nobody's password is their name, number or a common one.

use super::safety::Safety;
use crate::kit::text::fold;
use crate::kit::{Error, Result, name_keys};

/// Fewest characters.
pub const SHORTEST: usize = 8;
/// Most characters: hashing must not become somebody's lever (S55).
pub const LONGEST: usize = 128;

/// The rule as shown beside the field.
pub const RULE: &str = "用 8 个以上的字，一句自己记得住的话最好，例如“后院的石榴今年红得早”；不用姓名、手机号和简单的数字";

/// The same in 等保模式.
pub const GRADED_RULE: &str = "8 个以上的字，大写字母、小写字母、数字、汉字或符号这四类里至少有三类，例如“石榴Hong2棵”；不用姓名、手机号，也不用最近五次用过的";
/// Kinds of characters asked for in 等保模式.
const MIXTURE: usize = 3;
const MIXTURE_ASKED: &str =
    "请再混进一类字：大写字母、小写字母、数字、汉字或符号里至少有三类，例如“石榴Hong2棵”";

/// What is known about a person, and so must not be the password.
#[derive(Debug, Clone, Default)]
pub struct Personal {
    /// Name.
    pub name: String,
    /// Mobile number.
    pub mobile: String,
    /// Staff number.
    pub staff_no: String,
    /// Names of organ and department, long and short.
    pub office: Vec<String>,
}

/// What is tried first by whoever guesses, in lower case. Digits round it do not help.
const COMMON: &[&str] = &[
    // the example the pages show
    "后院的石榴今年红得早",
    "石榴hong2棵",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "0123456789",
    "87654321",
    "987654321",
    "0987654321",
    "123123123",
    "12341234",
    "11223344",
    "112233",
    "123321",
    "147258369",
    "147258",
    "159357",
    "520520",
    "5201314",
    "1314520",
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "admin",
    "administrator",
    "root",
    "qwerty",
    "qwertyui",
    "qwertyuiop",
    "qweasd",
    "qweasdzxc",
    "1qaz2wsx",
    "1qazxsw2",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "q1w2e3r4",
    "qazwsx",
    "qazwsxedc",
    "asdfghjk",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefg",
    "abcdefgh",
    "abcd1234",
    "abc12345",
    "abc123",
    "a123456",
    "a1234567",
    "aa123456",
    "woaini",
    "iloveyou",
    "woaini1314",
    "woaizhongguo",
    "zhongguo",
    "china",
    "welcome",
    "letmein",
    "office",
    "bangong",
    "zhengfu",
    "xiangzhengfu",
    "zhenzhengfu",
    "dangzhengban",
    "mima",
    "mima123",
    "inkstone",
    "yantai",
    "test",
    "guest",
    "huawei",
    "888888",
    "666666",
    "一二三四五六七八",
    "密码",
    "政府",
    "办公室",
    "党政办",
    "乡政府",
    "镇政府",
    "砚台",
];

/// Whether the password may be this person's.
pub fn check(password: &str, about: &Personal) -> Result<()> {
    match wrong(password, about) {
        Some(reason) => Err(Error::invalid("password", reason)),
        None => Ok(()),
    }
}

/// The same under what the office chose: 等保模式 asks for a mixture as well.
pub fn check_for(password: &str, about: &Personal, safety: &Safety) -> Result<()> {
    check(password, about)?;
    if safety.graded && kinds(password) < MIXTURE {
        return Err(Error::invalid("password", MIXTURE_ASKED));
    }
    Ok(())
}

/// The rule as shown beside the field, under what the office chose.
#[must_use]
pub const fn words(safety: &Safety) -> &'static str {
    if safety.graded { GRADED_RULE } else { RULE }
}

/// Of capital letters, small letters, figures, and everything else (GB/T 22239 7.1.4.1 a); a Chinese character is
/// of the last kind.
fn kinds(password: &str) -> usize {
    let any = |f: fn(char) -> bool| usize::from(password.chars().any(f));
    any(|c| c.is_ascii_uppercase())
        + any(|c| c.is_ascii_lowercase())
        + any(|c| c.is_ascii_digit())
        + any(|c| !c.is_ascii_alphanumeric())
}

fn wrong(password: &str, about: &Personal) -> Option<String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(format!(
            "请再加 {} 个字，凑够 {SHORTEST} 个，例如“后院的石榴今年红得早”",
            SHORTEST - length
        ));
    }
    if length > LONGEST {
        return Some(format!("请缩短到 {LONGEST} 个字以内"));
    }
    let plain = squeeze(password);
    let core = plain.trim_matches(|c: char| c.is_ascii_digit());
    let known = |word: &str| {
        let word = squeeze(word);
        word.chars().count() >= 2 && (word == plain || word == core)
    };
    if COMMON.iter().any(|w| known(w)) {
        return Some("这个密码很多人在用，换一句只有自己知道的话更稳妥".into());
    }
    if is_run(&plain) {
        return Some("请换成不连续、不重复的字，例如一句话“后院的石榴今年红得早”".into());
    }
    if of_the_name(&about.name).iter().any(|w| known(w)) {
        return Some("请换一句不含自己姓名的话".into());
    }
    if [&about.mobile, &about.staff_no]
        .into_iter()
        .any(|n| n.len() >= 4 && plain.contains(&squeeze(n)))
    {
        return Some("请换一句不含自己手机号、工号的话".into());
    }
    if about.office.iter().any(|o| office_known(o, &plain, core)) {
        return Some("请换一句不是单位名称的话".into());
    }
    None
}

/// A name as people make passwords of it: 王建国, wangjianguo, wjg, jianguo, wangjg.
fn of_the_name(name: &str) -> Vec<String> {
    let keys = name_keys(name);
    let syllables: Vec<&str> = keys.full.split(' ').collect();
    let mut all = vec![name.to_owned(), keys.full.clone(), keys.initials.clone()];
    if let [family, given @ ..] = syllables.as_slice()
        && given.len() > 1
    {
        let initials: String = given.iter().filter_map(|s| s.chars().next()).collect();
        all.extend([given.concat(), format!("{family}{initials}")]);
    }
    all
}

/// Characters, full spelling and initials of the office's name, with and without what all of them are called.
fn office_known(office: &str, plain: &str, core: &str) -> bool {
    let place = office.trim_end_matches("人民政府");
    [office, place].into_iter().any(|name| {
        let keys = name_keys(name);
        [name, &keys.full, &keys.initials].into_iter().any(|w| {
            let w = squeeze(w);
            w.chars().count() >= 2 && (w == plain || w == core)
        })
    })
}

/// Width and case folded, without what people put between words.
fn squeeze(text: &str) -> String {
    fold(text)
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '_' | '.' | '!' | '@' | '#'))
        .collect()
}

/// 11111111, abcdefgh, 98765432, or a short piece repeated.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps: Vec<i64> = codes
        .iter()
        .zip(codes.iter().skip(1))
        .map(|(a, b)| b - a)
        .collect();
    let same_step = steps
        .first()
        .is_none_or(|first| first.abs() <= 1 && steps.iter().all(|s| s == first));
    let repeated = (1..=3).any(|n| codes.iter().zip(codes.iter().skip(n)).all(|(a, b)| a == b));
    same_step || repeated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wang() -> Personal {
        Personal {
            name: "王建国".into(),
            mobile: "13812345678".into(),
            staff_no: "A0027".into(),
            office: vec!["青石镇人民政府".into(), "党政办公室".into()],
        }
    }

    #[test]
    fn a_sentence_is_fine() {
        for good in [
            "门前老槐树开花了",
            "horse battery",
            "Jx7#pq2Lm",
            "今年种了3亩油菜",
            "wjg的老黄牛会耕田",
        ] {
            assert_eq!(wrong(good, &wang()), None, "{good}");
        }
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "1234567",
            "123456789",
            "88888888",
            "abcdefgh",
            "87654321",
            "abababab",
            "password1",
            "PassWord2026",
            "１２３４５６７８",
            "wangjianguo",
            "wangjianguo123",
            "Wang Jianguo 1985",
            "王建国20260101",
            "jianguo1985",
            "JianGuo@1985",
            "wangjg1985",
            "1985wangjg",
            "wjg20261121",
            "13812345678",
            "my13812345678",
            "a0027-2026x",
            "青石镇人民政府2026",
            "qingshizhenrenminzhengfu",
            "qingshizhen2026",
            "青石镇88886666",
            "admin2026",
            "一二三四五六七八",
        ] {
            assert!(wrong(bad, &wang()).is_some(), "{bad}");
        }
        assert!(wrong(&"好".repeat(129), &wang()).is_some());
    }

    #[test]
    fn a_graded_office_asks_for_a_mixture() {
        let (own, graded) = (
            Safety::default(),
            Safety {
                graded: true,
                ..Safety::default()
            },
        );
        for (password, ok) in [
            ("门前老槐树开花了", false),
            ("horse battery", false),
            ("Horse battery", true),
            ("Horse7battery", true),
            ("horse7battery", false),
            ("老槐树huai3棵", true),
        ] {
            assert!(check_for(password, &wang(), &own).is_ok(), "{password}");
            assert_eq!(
                check_for(password, &wang(), &graded).is_ok(),
                ok,
                "{password}"
            );
        }
        assert!(check_for("Ab1!", &wang(), &graded).is_err(), "short");
        assert!(
            check_for("PassWord2026", &wang(), &graded).is_err(),
            "known"
        );
        assert!(
            check_for("石榴Hong2棵", &wang(), &graded).is_err(),
            "the example"
        );
    }

    #[test]
    fn u68_the_reason_says_what_to_do() {
        let reason = wrong("短", &wang()).unwrap_or_default();
        assert!(reason.contains("再加 7 个字"), "{reason}");
        for bad in ["123456789", "wangjianguo", "13812345678"] {
            let reason = wrong(bad, &wang()).unwrap_or_default();
            assert!(
                !reason.contains("不得") && !reason.contains("错误") && !reason.contains("非法"),
                "{reason}"
            );
        }
    }
}
