//! The list of a matter's files: kind, name, size, one button to look at it.
//! The name is the link that downloads; looking inline is a second, explicit link.

use super::{Link, Markup, html};

/// One file.
#[derive(Debug, Clone)]
pub struct FileRow<'a> {
    /// 正文, 附件, 底稿.
    pub kind: &'a str,
    /// Name as it was sent in.
    pub name: &'a str,
    /// Download.
    pub href: &'a str,
    /// 6 页，1.2 MB.
    pub size: &'a str,
    /// 看正文, 预览; none where it cannot be shown safely.
    pub look: Option<Link>,
}

/// The files under one hidden heading.
#[must_use]
pub fn files(heading: &str, all: &[FileRow]) -> Markup {
    html! {
        section aria-label=(heading) {
            @if all.is_empty() {
                p.quiet { "没有附件" }
            } @else {
                ul.files {
                    @for f in all {
                        li {
                            span.kind { (f.kind) }
                            a href=(f.href) { (f.name) }
                            span.faint { (f.size) }
                            @if let Some(look) = &f.look { a.btn.small href=(look.href) { (look.label) } }
                            @else { span {} }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn hostile_names_stay_text() {
        check(&files(
            HOSTILE,
            &[FileRow {
                kind: HOSTILE,
                name: HOSTILE,
                href: HOSTILE,
                size: HOSTILE,
                look: Some(Link::new(HOSTILE, HOSTILE)),
            }],
        ));
        assert!(files("附件", &[]).into_string().contains("没有附件"));
    }
}
