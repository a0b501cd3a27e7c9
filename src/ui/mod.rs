//! Pieces of pages: plain values in, escaped HTML out.
//!
//! *Lives here*: page frames, forms and their error summary, the paper grid, to-do slips, ledger tables,
//! the trail of a case, attachments, marks and notes, QR drawings, the people picker.
//!
//! *Never here*: SQL, requests, sessions, rights, clocks, routes of the web room, whole pages of one
//! subject (those are in `screens` and `modules`), inline scripts or styles.
//!
//! *Start reading at*: [`frame`], then [`form`] and [`paper`]; class names are those of
//! `assets/web/look.css`, behaviour hooks (`data-…`) those of `assets/web/app.js`.

pub mod bare;
pub mod book;
mod carried;
pub mod chart;
pub mod deed;
pub mod files;
pub mod foreign;
pub mod form;
pub mod frame;
pub mod hand;
pub mod ink;
pub mod leaves;
pub mod list;
pub mod note;
pub mod official;
pub mod old;
pub mod paper;
pub mod person_pick;
pub mod print;
pub mod qr;
pub mod rows;
pub mod table;
mod tick;
pub mod trail;
mod zoom;

#[cfg(test)]
mod scan;

pub use maud::{Markup, Render, html};

/// A word that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it goes, inside the site.
    pub href: String,
}

impl Link {
    /// A word and where it leads.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
        }
    }

    /// Drawn as a button (`.btn`).
    #[must_use]
    pub fn button(&self) -> Markup {
        html! { a.btn href=(self.href) { (self.label) } }
    }

    /// Drawn as the page's one primary action (`.btn.key`).
    #[must_use]
    pub fn key(&self) -> Markup {
        html! { a.btn.key href=(self.href) { (self.label) } }
    }

    /// Drawn as a whispering action (`.btn.word`).
    #[must_use]
    pub fn word(&self) -> Markup {
        html! { a.btn.word href=(self.href) { (self.label) } }
    }
}

impl Render for Link {
    fn render(&self) -> Markup {
        html! { a href=(self.href) { (self.label) } }
    }
}
