//! What is quoted from while writing: templates of the fifteen kinds, and the office's own papers found by their words
//! (S3-77). Not here: searching (`search`). Invariant: only what the reader may see on its own page is found and shown.

use super::SeeDocument;
use super::opened::acting;
use super::view::material as drawn;
use crate::engine::official;
use crate::kit::{Id, Result, extract, text};
use crate::search::Asked;
use crate::web::{Cx, Reply};

/// Hits on a page.
const SIZE: usize = 12;
/// Characters of a query.
const LONGEST: usize = 60;
/// Files of one paper whose words are shown, and their size.
const MOST_FILES: usize = 3;
const MOST_BYTES: i64 = 5 << 20;
/// Paragraphs of one file.
const MOST_LINES: usize = 600;

/// A text to quote from.
pub struct Text {
    /// 正文, or the name of a file.
    pub name: String,
    pub lines: Vec<String>,
}

/// GET `/document/kinds`.
pub fn kinds(cx: &mut Cx<SeeDocument>) -> Result<Reply> {
    if cx.query("part") == "1" {
        return Ok(Reply::Json(drawn::kinds_json()));
    }
    Ok(cx.page("公文模板", &drawn::kinds()))
}

/// GET `/document/material?q=`.
pub fn find(cx: &mut Cx<SeeDocument>) -> Result<Reply> {
    let asked = Asked {
        words: text::clip(&text::one_line(cx.query("q")), LONGEST),
        most: SIZE,
        ..Asked::default()
    };
    let found = cx.state.search.find(&asked, &cx.who().scope.json())?;
    let list = drawn::hits(&asked.words, &found);
    if cx.query("part") == "1" {
        return Ok(Reply::Part(list));
    }
    Ok(cx.page("找资料", &drawn::finding(&asked.words, &list)))
}

/// GET `/document/material/{case}`: the words of a paper, paragraph by paragraph.
pub fn text(cx: &mut Cx<SeeDocument>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let store = &cx.state.store;
    let view = cx.state.engine.open(store, &acting, (case, None))?;
    let mut texts = Vec::new();
    let body = official::body(&view.procedure, &view.case.state.values);
    let elements = view.procedure.document.as_ref();
    let field = elements.and_then(|d| view.procedure.field(&d.body));
    if field.is_some_and(|f| view.shows(f)) && !body.is_empty() {
        texts.push(of_lines("正文", body));
    }
    let small = view.files.iter().filter(|f| f.size <= MOST_BYTES);
    for file in small.take(MOST_FILES) {
        let bytes = store
            .blob(file.id.shelf(), file.digest())?
            .all(MOST_BYTES)?;
        if let Some(extract::Found::Text(words)) = bytes.map(|b| extract::all(&b)) {
            texts.push(of_lines(&file.name, &words));
        }
    }
    if cx.query("part") == "1" {
        return Ok(Reply::Part(drawn::texts(&texts)));
    }
    Ok(cx.page(&view.case.head.title, &drawn::reading(&view, &texts)))
}

fn of_lines(name: &str, words: &str) -> Text {
    let lines = words.lines().map(str::trim).filter(|l| !l.is_empty());
    Text {
        name: name.to_owned(),
        lines: lines.take(MOST_LINES).map(str::to_owned).collect(),
    }
}
