//! The versions of the text and what changed between two of them, each change in the colour of its writer's department.
//! Not here: comparing (`kit::diff`).

use super::SeeDocument;
use super::opened::Opened;
use super::view::versions as drawn;
use crate::engine::writing::Version;
use crate::kit::Result;
use crate::kit::diff::{Piece, history};
use crate::web::{Cx, Reply};

/// What was written from one version to another.
pub struct Written<'a> {
    /// From the first compared to the last.
    pub versions: &'a [Version],
    pub pieces: Vec<Piece>,
}

/// GET `/case/{case}/document/versions?from=&to=`: all changes, or those between two versions.
pub fn show(cx: &mut Cx<SeeDocument>) -> Result<Reply> {
    let opened = Opened::of(cx)?;
    let number = |name: &str, usual: i64| cx.query(name).parse().unwrap_or(usual);
    let to = number("to", opened.last()).clamp(1, opened.last().max(1));
    let from = number("from", 1).clamp(1, to);
    let written = written(&opened.versions, (from, to));
    Ok(cx.page("正文各稿", &drawn::content(cx, &opened, &written)))
}

/// The versions from one number to another as one text.
pub fn written(all: &[Version], (from, to): (i64, i64)) -> Written<'_> {
    let first = all.iter().position(|v| v.n == from).unwrap_or(0);
    let end = all
        .iter()
        .position(|v| v.n == to)
        .map_or(all.len(), |i| i + 1);
    let versions = all.get(first..end).unwrap_or_default();
    let texts: Vec<&str> = versions.iter().map(|v| v.text.as_str()).collect();
    Written {
        versions,
        pieces: history(&texts),
    }
}
