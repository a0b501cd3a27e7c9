//! The contact sheet: all pictures of a journey on one page, so that a person sees at a glance how the
//! product looks. `target/look/index.html` and the same as one picture, `contact-1366.png`.

use super::browser::{Browser, look_folder};
use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

const STYLE: &str = "body{font:14px sans-serif;margin:16px;background:#e8e8e4}\
    figure{display:inline-block;vertical-align:top;margin:0 12px 16px 0}\
    figcaption{padding:4px 0}img{display:block;border:1px solid #999;max-height:480px;object-fit:cover;object-position:top}\
    .wide{width:420px}.narrow{width:160px}";

/// Lays these pictures out in the given order, and returns the picture of the sheet.
pub fn sheet(browser: &mut Browser, pictures: &[PathBuf]) -> PathBuf {
    sheet_of(browser, ("index", "contact"), pictures)
}

/// The same under names of its own, for a journey that runs beside the first.
pub fn sheet_of(
    browser: &mut Browser,
    (page, picture): (&str, &str),
    pictures: &[PathBuf],
) -> PathBuf {
    let file = look_folder().join(format!("{page}.html"));
    fs::write(&file, html(pictures)).unwrap();
    browser.desktop();
    browser.goto(&format!("file://{}", file.display()));
    browser.look(picture)
}

fn html(pictures: &[PathBuf]) -> String {
    let mut page = format!(
        "<!doctype html><meta charset=utf-8><title>Contact sheet</title><style>{STYLE}</style>"
    );
    for picture in pictures {
        let name = stem(picture);
        let class = if name.ends_with("-360") {
            "narrow"
        } else {
            "wide"
        };
        write!(
            page,
            "<figure><figcaption>{name}</figcaption><a href='{name}.png'><img class={class} src='{name}.png'></a></figure>"
        )
        .unwrap();
    }
    page
}

fn stem(picture: &Path) -> String {
    picture.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn each_picture_is_on_the_sheet_at_its_width() {
    let page = html(&["a/收文-1366.png".into(), "a/收文-360.png".into()]);
    assert!(page.contains("class=wide src='收文-1366.png'"));
    assert!(page.contains("class=narrow src='收文-360.png'"));
}
