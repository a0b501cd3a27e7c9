//! A source file as the checks see it: tokens without comments, each knowing its line and whether it
//! stands in test code. A small reader of its own: the checks need no syntax tree, and a parser crate
//! would cost more to compile than the house's first rooms.

/// One token. Strings carry their value, everything else its text; `::` is one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
    /// Inside an item under `#[cfg(test)]`.
    pub in_test: bool,
    /// White space stands before it.
    pub spaced: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    Mark,
    Text,
}

/// One file under its path from the top of the project, with `/`.
pub struct Source {
    pub path: String,
    pub text: String,
    pub tokens: Vec<Token>,
    pub comments: Vec<(usize, String)>,
}

impl Source {
    pub fn read(path: &str, text: &str) -> Self {
        let mut reader = Reader {
            rest: text,
            line: 1,
            spaced: false,
            tokens: Vec::new(),
            comments: Vec::new(),
        };
        while reader.step() {}
        let (mut tokens, comments) = (reader.tokens, reader.comments);
        mark_tests(&mut tokens, path.starts_with("tests/"));
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens,
            comments,
        }
    }

    /// The room a file of `src/` belongs to; `None` for `lib.rs` and `main.rs`.
    pub fn room(&self) -> Option<&str> {
        let (room, _) = self.path.strip_prefix("src/")?.split_once('/')?;
        Some(room)
    }

    /// Paths, without `.rs`, of the modules that this file declares for tests only.
    pub fn test_modules(&self) -> Vec<String> {
        let front = self
            .path
            .trim_end_matches("mod.rs")
            .trim_end_matches("lib.rs");
        let front = front
            .strip_suffix(".rs")
            .map_or(front.to_owned(), |own| format!("{own}/"));
        let declared = (1..self.tokens.len().saturating_sub(1)).filter(|at| {
            let token = &self.tokens[*at];
            token.in_test && self.tokens[at - 1].text == "mod" && self.tokens[at + 1].text == ";"
        });
        declared
            .map(|at| format!("{front}{}", self.tokens[at].text))
            .collect()
    }

    /// Everything in this file is test code.
    pub fn set_test_only(&mut self) {
        self.tokens
            .iter_mut()
            .for_each(|token| token.in_test = true);
    }

    /// Tokens of the product itself, test code left out.
    pub fn product(&self) -> impl Iterator<Item = (usize, &Token)> {
        self.tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| !token.in_test)
    }

    /// Whether these texts follow one another from token `at`; strings match none.
    pub fn follows(&self, at: usize, texts: &[&str]) -> bool {
        let here = self.tokens.get(at..at + texts.len());
        here.is_some_and(|here| {
            here.iter()
                .zip(texts)
                .all(|(token, text)| token.kind != Kind::Text && token.text == *text)
        })
    }

    pub fn fault(&self, line: usize, why: &str) -> String {
        format!("{}:{line}: {why}", self.path)
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    spaced: bool,
    tokens: Vec<Token>,
    comments: Vec<(usize, String)>,
}

impl<'a> Reader<'a> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        let rest = self.rest;
        if rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            self.comment(end);
        } else if rest.starts_with("/*") {
            self.comment(block_end(rest));
        } else if let Some((open, hashes)) = raw_open(rest) {
            let close = format!("\"{}", "#".repeat(hashes));
            let end = rest[open..]
                .find(&close)
                .map_or(rest.len(), |end| open + end);
            self.string(&rest[open..end], (end + close.len()).min(rest.len()));
        } else if let Some(open) = ["\"", "b\"", "c\""]
            .iter()
            .find(|mark| rest.starts_with(**mark))
        {
            let end = open.len() + quoted_end(&rest[open.len()..]);
            self.string(&rest[open.len()..end], (end + 1).min(rest.len()));
        } else if first == '\'' {
            self.letter();
        } else if first.is_whitespace() {
            self.take(first.len_utf8());
            self.spaced = true;
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            self.token(Kind::Word, &rest[..end], end);
        } else {
            let end = if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            self.token(Kind::Mark, &rest[..end], end);
        }
        true
    }

    /// A character is passed over; a lifetime is a mark and a word.
    fn letter(&mut self) {
        let mut inside = self.rest[1..].char_indices();
        let end = match inside.next() {
            Some((_, '\\')) => self.rest[3..].find('\'').map(|at| at + 4),
            Some(_) => inside
                .next()
                .filter(|(_, c)| *c == '\'')
                .map(|(at, _)| at + 2),
            None => None,
        };
        match end {
            Some(end) => self.take(end),
            None => self.token(Kind::Mark, "'", 1),
        }
    }

    fn string(&mut self, value: &str, length: usize) {
        self.token(Kind::Text, value, length);
    }

    fn token(&mut self, kind: Kind, text: &str, length: usize) {
        self.tokens.push(Token {
            kind,
            text: text.to_owned(),
            line: self.line,
            in_test: false,
            spaced: std::mem::take(&mut self.spaced),
        });
        self.take(length);
    }

    fn comment(&mut self, length: usize) {
        self.comments
            .push((self.line, self.rest[..length].to_owned()));
        self.take(length);
        self.spaced = true;
    }

    fn take(&mut self, length: usize) {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
    }
}

fn block_end(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    rest.len()
}

/// Length of `r##"` and its number of hashes.
fn raw_open(rest: &str) -> Option<(usize, usize)> {
    let after = ["r", "br", "cr"]
        .iter()
        .find_map(|mark| rest.strip_prefix(mark))?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    let open = rest.len() - after.len() + hashes + 1;
    (after.as_bytes().get(hashes) == Some(&b'"')).then_some((open, hashes))
}

fn quoted_end(inside: &str) -> usize {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !escaped => return at,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    inside.len()
}

/// Marks every item under `#[cfg(test)]`, up to its closing brace or semicolon.
fn mark_tests(tokens: &mut [Token], all: bool) {
    let mut at = 0;
    while at < tokens.len() {
        let opens = all
            || tokens[at..]
                .iter()
                .map(|t| t.text.as_str())
                .take(7)
                .eq(["#", "[", "cfg", "(", "test", ")", "]"]);
        if !opens {
            at += 1;
            continue;
        }
        let (mut depth, mut end) = (0, at + 7);
        while !all && end < tokens.len() {
            match (tokens[end].kind, tokens[end].text.as_str()) {
                (Kind::Mark, "{" | "(" | "[") => depth += 1,
                (Kind::Mark, "}") if depth == 1 => break,
                (Kind::Mark, "}" | ")" | "]") => depth -= 1,
                (Kind::Mark, ";") if depth == 0 => break,
                _ => {}
            }
            end += 1;
        }
        let end = if all {
            tokens.len()
        } else {
            (end + 1).min(tokens.len())
        };
        tokens[at..end]
            .iter_mut()
            .for_each(|token| token.in_test = true);
        at = end;
    }
}

#[test]
fn tokens_are_read_past_comments_strings_and_letters() {
    let text = "use a::b; // c\n/* d /* e */ */ let f = r#\"g\"h\"#; '\"' 'x \"i\\\"j\" '\\''\n#[cfg(test)]\nmod t { k(); }\nl";
    let source = Source::read("src/kit/x.rs", text);
    let words: Vec<&str> = source.product().map(|(_, t)| t.text.as_str()).collect();
    assert_eq!(
        words,
        [
            "use", "a", "::", "b", ";", "let", "f", "=", "g\"h", ";", "'", "x", "i\\\"j", "l"
        ]
    );
    assert_eq!(source.tokens.last().unwrap().line, 5);
    assert_eq!((source.room(), source.comments.len()), (Some("kit"), 2));
    let declares = Source::read(
        "src/org/mod.rs",
        "mod a;\n#[cfg(test)]\n#[expect(x)]\nmod sample;\n",
    );
    assert_eq!(declares.test_modules(), ["src/org/sample"]);
    let declares = Source::read("src/org/edit.rs", "#[cfg(test)] mod tests;");
    assert_eq!(declares.test_modules(), ["src/org/edit/tests"]);
    assert!(source.follows(1, &["a", "::"]) && !source.follows(8, &["g\"h"]));
}
