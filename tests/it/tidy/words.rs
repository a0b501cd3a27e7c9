//! Words that stand nowhere: unfinished work, silenced lints, inline style and script, and what an
//! office never says.

use super::source::{Kind, Source, Token};
use std::collections::BTreeSet;

const UNFINISHED: [&str; 3] = ["TODO", "FIXME", "XXX"];
const BANNED: [&str; 6] = ["工单", "实例", "节点", "实体", "参数错误", "非法"];
/// Files over 500 lines, and why.
const LONG: &[(&str, &str)] = &[
    (
        "src/store/verify/claims.rs",
        "one table of every claim and what it says",
    ),
    (
        "tests/it/flow/story.rs",
        "one language: every line a story may have",
    ),
    (
        "src/kit/sheet.rs",
        "the one door of calamine and rust_xlsxwriter: reading, looking, writing",
    ),
    (
        "tests/it/verify.rs",
        "one table of every claim and how it is broken",
    ),
    (
        "src/engine/flow.rs",
        "entering, leaving and completing a step are one reading",
    ),
];
const LONGEST: usize = 500;
/// Rooms that know no procedure by name: what is shipped is data like what an office makes.
const KNOW_NO_PROCEDURE: [&str; 3] = ["src/engine/", "src/screens/", "src/ui/"];

/// Nothing is left for later, ignored, or silenced without a reason.
pub fn nothing_unfinished(file: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for (line, comment) in &file.comments {
        let said = |word: &&&str| {
            comment
                .split(|c: char| !c.is_alphanumeric())
                .any(|w| w == **word)
        };
        faults.extend(
            UNFINISHED
                .iter()
                .filter(said)
                .map(|word| file.fault(*line, word)),
        );
    }
    let forbidden: [&[&str]; 7] = [
        &["todo", "!"],
        &["unimplemented", "!"],
        &["dbg", "!"],
        &["[", "ignore"],
        &["[", "allow", "("],
        &["cfg_attr", "(", "test", ",", "allow"],
        &["expect", "(", "dead_code"],
    ];
    for texts in forbidden {
        let found = (0..file.tokens.len()).filter(|at| file.follows(*at, texts));
        faults.extend(found.map(|at| file.fault(file.tokens[at].line, &texts.concat())));
    }
    faults
}

/// The strict CSP refuses inline style and script, so no markup has them.
pub fn no_inline(file: &Source) -> Vec<String> {
    let draws = ["ui", "web", "screens", "modules"]
        .iter()
        .any(|room| file.room() == Some(room));
    let inline = |at: usize, token: &Token| {
        let equals = file
            .tokens
            .get(at + 1)
            .filter(|next| next.text == "=" && !next.spaced);
        let named = token.text == "style" || (token.text.starts_with("on") && token.text.len() > 4);
        token.kind == Kind::Word && named && equals.is_some()
    };
    match draws {
        true => {
            let found = file.product().filter(|(at, token)| inline(*at, token));
            found
                .map(|(_, token)| file.fault(token.line, &format!("inline {}", token.text)))
                .collect()
        }
        false => Vec::new(),
    }
}

/// Strings of the product are in office words.
pub fn office_words(file: &Source) -> Vec<String> {
    let strings = file.product().filter(|(_, token)| token.kind == Kind::Text);
    strings
        .flat_map(|(_, token)| {
            banned_in(&token.text)
                .map(|word| file.fault(token.line, &format!("an office does not say {word}")))
        })
        .collect()
}

/// Why an act is in no list stands in the audit, which people read.
pub fn quiet_in_chinese(file: &Source) -> Vec<String> {
    let called = file
        .product()
        .filter(|(at, _)| file.follows(*at, &["quiet", "("]));
    let reasons = called.filter_map(|(at, _)| file.tokens.get(at + 2));
    reasons
        .filter(|token| {
            token.kind == Kind::Text && token.text.contains(' ') && token.text.is_ascii()
        })
        .map(|token| file.fault(token.line, "an audit row says why in English"))
        .collect()
}

/// The same for text that is shipped as it is: procedures, help, scripts.
pub fn office_text(path: &str, text: &str) -> Vec<String> {
    let lines = text.lines().enumerate();
    lines
        .flat_map(|(n, line)| {
            banned_in(line)
                .map(move |word| format!("{path}:{}: an office does not say {word}", n + 1))
        })
        .collect()
}

fn banned_in(text: &str) -> impl Iterator<Item = &'static str> {
    BANNED.into_iter().filter(|word| text.contains(*word))
}

/// A file over 500 lines wants a reason; the unit tests at its end do not count.
pub fn length(file: &Source) -> Vec<String> {
    let tests = file.text.lines().position(|line| line == "#[cfg(test)]");
    let lines = tests.unwrap_or_else(|| file.text.lines().count());
    let excused = LONG.iter().any(|(path, _)| *path == file.path);
    let why = format!("over {LONGEST} lines: cut it, or give a reason in tests/it/tidy/words.rs");
    match lines > LONGEST && !excused {
        true => vec![file.fault(lines, &why)],
        false => Vec::new(),
    }
}

/// No id of a shipped procedure is a string in the rooms that know none.
pub fn no_shipped_ids(file: &Source, ids: &BTreeSet<String>) -> Vec<String> {
    let blind = KNOW_NO_PROCEDURE
        .iter()
        .any(|room| file.path.starts_with(room));
    let named = |token: &Token| blind && token.kind == Kind::Text && ids.contains(&token.text);
    let found = file.product().filter(|(_, token)| named(token));
    found
        .map(|(_, token)| {
            file.fault(
                token.line,
                &format!("{} is the id of a shipped procedure", token.text),
            )
        })
        .collect()
}

/// The id of a procedure file: its `id`, else that of its `[procedure]`, else the file's own name.
pub fn procedure_id(stem: &str, text: &str) -> String {
    let table: toml::Table = text
        .parse()
        .unwrap_or_else(|why| panic!("{stem}.toml: {why}"));
    let inner = table.get("procedure").and_then(|inner| inner.get("id"));
    let id = table.get("id").or(inner).and_then(|id| id.as_str());
    id.unwrap_or(stem).to_owned()
}

#[test]
fn forbidden_words_are_found() {
    let left = |text: &str| nothing_unfinished(&Source::read("src/kit/a.rs", text)).len();
    assert_eq!(
        left("// TODO: x\nfn f() { todo!() }\n#[ignore]\n#[allow(x)]\n#![allow(y)]"),
        5
    );
    assert_eq!(
        left("// nothing\nfn f() { allow(x); g(\"TODO\") }\n#[expect(x, reason = \"y\")]"),
        0
    );
    let inline = |path: &str, text: &str| no_inline(&Source::read(path, text)).len();
    assert_eq!(
        inline("src/ui/a.rs", "html! { p style=\"a\" onclick={ (b) } {} }"),
        2
    );
    assert_eq!(
        inline(
            "src/ui/a.rs",
            "let style = a; html! { link rel=\"style\"; }"
        ),
        0
    );
    assert_eq!(inline("src/kit/a.rs", "style=1"), 0);
    let said = |text: &str| office_words(&Source::read("src/ui/a.rs", text)).len();
    assert_eq!(said("p(\"该节点参数错误\") // 节点"), 2);
    assert_eq!(
        office_text("a.toml", "name = \"办理\"\nlabel = \"工单\"\n"),
        ["a.toml:2: an office does not say 工单"]
    );
    assert_eq!(
        length(&Source::read("src/kit/a.rs", &"\n".repeat(501))).len(),
        1
    );
    let tested = format!("{0}#[cfg(test)]\n{0}", "\n".repeat(400));
    assert_eq!(length(&Source::read("src/kit/a.rs", &tested)), [""; 0]);
    let ids = BTreeSet::from([
        procedure_id("x", "id = \"incoming\""),
        procedure_id("leave", "name = \"请假\""),
    ]);
    let named = |path: &str| {
        no_shipped_ids(
            &Source::read(path, "f(\"leave\"); g(\"incoming\"); h(\"other\")"),
            &ids,
        )
        .len()
    };
    assert_eq!(
        (named("src/engine/run.rs"), named("src/bench/demo.rs")),
        (2, 0)
    );
}
