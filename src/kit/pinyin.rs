//! Pinyin of names, for choosing people and for sorting; the only door of the crate `pinyin`.
//! Surnames are read as surnames are (U24); the crate's ordinary reading still finds them.
//! Not for transcribing texts. ü is written v; a person's keys keep syllables apart by spaces.

use super::text;
use pinyin::ToPinyin;
use serde::{Deserialize, Serialize};

/// Surnames of two characters whose reading is not that of their characters.
const LONG_SURNAMES: &[(&str, [&str; 2])] = &[
    ("尉迟", ["yu", "chi"]),
    ("万俟", ["mo", "qi"]),
    ("长孙", ["zhang", "sun"]),
    ("单于", ["chan", "yu"]),
    ("澹台", ["tan", "tai"]),
    ("宰父", ["zai", "fu"]),
    ("令狐", ["ling", "hu"]),
    ("鲜于", ["xian", "yu"]),
    ("拓跋", ["tuo", "ba"]),
    ("谷梁", ["gu", "liang"]),
    ("亓官", ["qi", "guan"]),
];

/// Surnames of one character, read otherwise than in texts.
const SURNAMES: &[(char, &str)] = &[
    ('单', "shan"),
    ('仇', "qiu"),
    ('解', "xie"),
    ('曾', "zeng"),
    ('查', "zha"),
    ('区', "ou"),
    ('盖', "ge"),
    ('乐', "yue"),
    ('朴', "piao"),
    ('任', "ren"),
    ('华', "hua"),
    ('纪', "ji"),
    ('缪', "miao"),
    ('冼', "xian"),
    ('洗', "xian"),
    ('翟', "zhai"),
    ('覃', "qin"),
    ('员', "yun"),
    ('召', "shao"),
    ('秘', "bi"),
    ('折', "she"),
    ('黑', "he"),
    ('重', "chong"),
    ('种', "chong"),
    ('郇', "xun"),
    ('繁', "po"),
    ('句', "gou"),
    ('祭', "zhai"),
    ('阚', "kan"),
    ('都', "du"),
    ('么', "yao"),
    ('藏', "zang"),
    ('朝', "chao"),
    ('粘', "nian"),
    ('难', "ning"),
    ('角', "jue"),
    ('炅', "gui"),
    ('车', "che"),
    ('佴', "nai"),
    ('乜', "nie"),
    ('那', "na"),
    ('柏', "bai"),
    ('强', "qiang"),
    ('牟', "mu"),
    ('尉', "wei"),
    ('贲', "ben"),
    ('石', "shi"),
    ('沈', "shen"),
    ('宿', "su"),
    ('葛', "ge"),
    ('应', "ying"),
    ('訾', "zi"),
    ('谌', "chen"),
];

/// Characters that given names read otherwise than the crate does.
const GIVEN: &[(char, &str)] = &[
    ('长', "chang"),
    ('曾', "zeng"),
    ('都', "du"),
    ('晟', "sheng"),
];

/// What a person's name is found by, kept beside the name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct NameKeys {
    /// Syllables of the name, one space between them: "zhang san".
    pub full: String,
    /// Their first letters: "zs".
    pub initials: String,
}

/// The keys of a person's name.
#[must_use]
pub fn name_keys(name: &str) -> NameKeys {
    keys(&read_name(name, Reading::Surname))
}

/// The keys of words that are no person's name.
#[must_use]
pub fn phrase_keys(words: &str) -> NameKeys {
    keys(&read_name(words, Reading::Ordinary))
}

/// Whether what was typed finds this name.
#[must_use]
pub fn matches(query: &str, name: &str, name_keys: &NameKeys) -> bool {
    rank(query, name, name_keys).is_some()
}

/// How well what was typed fits, 0 best: the whole name, its beginning in characters, all its
/// letters or initials, its beginning in letters, a later part. `None` where it does not fit.
/// An empty query fits every name.
#[must_use]
pub fn rank(query: &str, name: &str, name_keys: &NameKeys) -> Option<u8> {
    let query = normal(query);
    if query.is_empty() {
        return Some(5);
    }
    let plain = normal(name);
    if plain == query {
        return Some(0);
    }
    if plain.starts_with(&query) {
        return Some(1);
    }
    let stored = Units::stored(&plain, &name_keys.full);
    if let Some(rank) = stored.rank(&query) {
        return Some(rank);
    }
    if is_special(&plain) {
        // somebody who does not know that 单 is Shan here types dan
        let ordinary = keys(&read_name(name, Reading::Ordinary));
        return Units::stored(&plain, &ordinary.full)
            .rank(&query)
            .map(|r| r.max(4));
    }
    None
}

/// Order of ordinary words, as departments: by syllables, then by characters.
#[must_use]
pub fn sort_key(text: &str) -> String {
    order(&read_name(text, Reading::Ordinary))
}

/// Order of people's names: surnames read as surnames.
#[must_use]
pub fn name_sort_key(name: &str) -> String {
    order(&read_name(name, Reading::Surname))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Surname,
    Ordinary,
}

/// A stretch of a name that is typed as one: a Chinese character, or a run of letters or digits.
struct Unit {
    text: String,
    sound: String,
}

fn read_name(name: &str, reading: Reading) -> Vec<Unit> {
    let plain = spaced(name);
    let mut units: Vec<Unit> = Vec::new();
    for word in plain.split(' ').filter(|w| !w.is_empty()) {
        let mut joins = false;
        for c in word.chars() {
            let run = c.is_ascii_alphanumeric();
            match units.last_mut() {
                Some(last) if run && joins => {
                    last.text.push(c);
                    last.sound.push(c);
                }
                _ => units.push(Unit {
                    text: c.to_string(),
                    sound: sound(c),
                }),
            }
            joins = run;
        }
    }
    if reading == Reading::Surname {
        for unit in units.iter_mut().skip(1) {
            if let Some(sound) = look_up(GIVEN, &unit.text) {
                sound.clone_into(&mut unit.sound);
            }
        }
        read_surname(&plain, &mut units);
    }
    units
}

fn read_surname(plain: &str, units: &mut [Unit]) {
    if let Some((_, sounds)) = LONG_SURNAMES.iter().find(|(s, _)| plain.starts_with(s)) {
        for (unit, sound) in units.iter_mut().zip(sounds) {
            (*sound).clone_into(&mut unit.sound);
        }
    } else if let Some(first) = units.first_mut()
        && let Some(sound) = look_up(SURNAMES, &first.text)
    {
        sound.clone_into(&mut first.sound);
    }
}

fn look_up(table: &[(char, &'static str)], text: &str) -> Option<&'static str> {
    let mut chars = text.chars();
    let c = chars.next()?;
    if chars.next().is_some() {
        return None;
    }
    table.iter().find(|(s, _)| *s == c).map(|(_, sound)| *sound)
}

fn is_special(plain: &str) -> bool {
    let in_table = |table: &[(char, &str)], c: char| table.iter().any(|(s, _)| *s == c);
    LONG_SURNAMES.iter().any(|(s, _)| plain.starts_with(s))
        || plain.chars().next().is_some_and(|c| in_table(SURNAMES, c))
        || plain.chars().skip(1).any(|c| in_table(GIVEN, c))
}

fn sound(c: char) -> String {
    c.to_pinyin()
        .map_or_else(|| c.to_string(), |p| p.plain().replace('ü', "v"))
}

/// Lower case, half width, separators of foreign and minority names as spaces.
fn spaced(text: &str) -> String {
    text::fold_search(text)
        .replace(['·', '•', '・', '\'', '’', '-', '.'], " ")
        .replace('ü', "v")
}

fn normal(text: &str) -> String {
    spaced(text).split_whitespace().collect()
}

fn keys(units: &[Unit]) -> NameKeys {
    let sounds: Vec<&str> = units.iter().map(|u| u.sound.as_str()).collect();
    NameKeys {
        full: sounds.join(" "),
        initials: sounds.iter().filter_map(|s| s.chars().next()).collect(),
    }
}

/// Syllables first; the characters only part names that sound alike.
fn order(units: &[Unit]) -> String {
    let mut key = String::new();
    for unit in units {
        key.push_str(&unit.sound);
        key.push('\u{1}');
    }
    key.push('\u{0}');
    for unit in units {
        key.push_str(&unit.text);
    }
    key
}

/// A name cut for matching: the characters of each unit beside its syllable.
struct Units<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Units<'a> {
    /// Pairs a name with its stored syllables; where they do not fit together (the reading was
    /// corrected by hand), the syllables alone are used.
    fn stored(plain: &'a str, full: &'a str) -> Self {
        let mut rest = plain;
        let mut units = Vec::new();
        for sound in full.split(' ').filter(|s| !s.is_empty()) {
            let len = if rest.starts_with(sound) {
                sound.len()
            } else {
                rest.chars().next().map_or(0, char::len_utf8)
            };
            let (text, after) = rest.split_at(len);
            units.push((text, sound));
            rest = after;
        }
        Self(units)
    }

    fn rank(&self, query: &str) -> Option<u8> {
        let all = self.0.as_slice();
        if self.spells(query) {
            return Some(2);
        }
        if fits(all, query) {
            return Some(3);
        }
        (1..all.len())
            .any(|i| all.get(i..).is_some_and(|tail| fits(tail, query)))
            .then_some(4)
    }

    /// All syllables or all initials, nothing left over.
    fn spells(&self, query: &str) -> bool {
        let mut rest = Some(query);
        for (_, sound) in &self.0 {
            rest = rest.and_then(|r| r.strip_prefix(sound));
        }
        let initials = self.0.iter().filter_map(|(_, sound)| sound.chars().next());
        rest == Some("") || (self.0.len() > 1 && initials.eq(query.chars()))
    }
}

/// Whether the query can be cut into beginnings of the units in turn: zhangsan, zs, zhsan, 张s.
fn fits(units: &[(&str, &str)], query: &str) -> bool {
    if query.is_empty() {
        return true;
    }
    let Some(((text, sound), rest)) = units.split_first() else {
        return false;
    };
    if !text.is_empty()
        && let Some(after) = query.strip_prefix(text)
        && fits(rest, after)
    {
        return true;
    }
    let common = sound
        .bytes()
        .zip(query.bytes())
        .take_while(|(s, q)| s == q || (*s == b'v' && *q == b'u'))
        .count();
    // the longest beginning first: most names are typed whole
    (1..=common).rev().any(|n| {
        query
            .split_at_checked(n)
            .is_some_and(|(_, after)| fits(rest, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str, name: &str) -> Option<u8> {
        rank(query, name, &name_keys(name))
    }

    #[test]
    fn surnames_are_read_as_surnames() {
        for (name, full) in [
            ("单雄", "shan xiong"),
            ("仇英", "qiu ying"),
            ("解缙", "xie jin"),
            ("曾巩", "zeng gong"),
            ("查良镛", "zha liang yong"),
            ("区志强", "ou zhi qiang"),
            ("盖叫天", "ge jiao tian"),
            ("乐毅", "yue yi"),
            ("朴正", "piao zheng"),
            ("尉迟恭", "yu chi gong"),
            ("尉健行", "wei jian xing"),
            ("任长霞", "ren chang xia"),
            ("华罗庚", "hua luo geng"),
            ("纪晓岚", "ji xiao lan"),
            ("缪荃孙", "miao quan sun"),
            ("冼星海", "xian xing hai"),
            ("翟志刚", "zhai zhi gang"),
            ("万俟卨", "mo qi xie"),
            ("长孙无忌", "zhang sun wu ji"),
            ("覃小明", "qin xiao ming"),
            ("吕布", "lv bu"),
            ("万里", "wan li"),
            ("张单", "zhang dan"),
        ] {
            assert_eq!(name_keys(name).full, full, "{name}");
        }
        assert_eq!(name_keys("张三").initials, "zs");
        assert_eq!(name_keys("阿卜杜拉·买买提").initials, "abdlmmt");
        assert_eq!(name_keys("ＡＢ 3").full, "ab 3");
        assert_eq!(name_keys(""), NameKeys::default());
    }

    #[test]
    fn names_are_found_as_people_type() {
        for query in [
            "张",
            "张三",
            "三",
            "zs",
            "z",
            "zhang",
            "zhangsan",
            "zhsan",
            "zhangs",
            "san",
            "ZS",
            "张s",
            "zhang san",
            "ｚｓ",
            "zhan",
        ] {
            assert!(found(query, "张三").is_some(), "{query}");
        }
        for query in ["ls", "zhangsi", "zss", "四", "ang", "an", "张四", "zsx"] {
            assert!(found(query, "张三").is_none(), "{query}");
        }
        for query in ["lvbu", "lubu", "lb", "lübu"] {
            assert!(found(query, "吕布").is_some(), "{query}");
        }
        for query in ["shanxiong", "danxiong", "sx", "dx"] {
            assert!(found(query, "单雄").is_some(), "{query}");
        }
        assert!(found("maimaiti", "阿卜杜拉·买买提").is_some());
        assert!(found("阿卜杜拉买买提", "阿卜杜拉·买买提").is_some());
        assert!(
            found("xian", "李晓安").is_some(),
            "xi'an spelled across two units"
        );
    }

    #[test]
    fn the_best_fit_comes_first() {
        let order = [
            found("张三", "张三"),
            found("张三", "张三丰"),
            found("zs", "张三"),
            found("zs", "张三丰"),
            found("san", "张三"),
        ];
        assert_eq!(order, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(found("dan", "单雄"), Some(4));
    }

    #[test]
    fn sorts_by_sound() {
        let mut names = vec![
            "周八",
            "张三",
            "单雄",
            "李四",
            "章三",
            "李思思",
            "安一",
            "张三丰",
        ];
        names.sort_by_key(|n| name_sort_key(n));
        assert_eq!(
            names,
            [
                "安一",
                "李四",
                "李思思",
                "单雄",
                "张三",
                "章三",
                "张三丰",
                "周八"
            ]
        );
        assert!(sort_key("区政府") > sort_key("农业农村办"));
    }

    #[test]
    fn eight_thousand_names_by_initials() {
        let given: Vec<char> = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
            .chars()
            .collect();
        let mut people = Vec::new();
        for surname in "王李张刘陈杨赵黄周吴徐孙胡朱高林何".chars() {
            for a in &given {
                for b in &given {
                    let name = format!("{surname}{a}{b}");
                    people.push((name_keys(&name), name));
                }
            }
        }
        people.truncate(8165);
        assert_eq!(people.len(), 8165);
        let hits = people.iter().filter(|(k, n)| matches("wxm", n, k)).count();
        assert!(hits > 0);
    }
}
