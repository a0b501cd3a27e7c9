//! The page around one sealed volume that is looked at without its office: its name, and no desk.

use super::frame::{Page, Site, foot, head};
use maud::{DOCTYPE, Markup, html};

/// A page of one volume, for whoever has the file: no desk and nothing to log into.
#[must_use]
pub fn look_page(site: &Site, page: &Page, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(site, page, ""))
            body.door {
                header.redhead { p { (site.office) } span { "封存案卷　只读查看" } }
                main.doorway.sheets #main { (content) }
                (foot(site))
            }
        }
    }
}
