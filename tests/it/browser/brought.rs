//! Files that are pasted and dropped onto the form: one by one they arrive, a bad one says why and takes
//! no good one with it, and nothing is sent before they are there.

use super::clerk::{begins, photograph};
use super::desks::Desks;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

const TITLE: &str = "关于核对防汛物资的通知";

/// Makes the files `dt` holds, and hands them over as a mouse or the clipboard does.
fn hand_over(desks: &Desks, files: &[(&str, &[u8])], how: &str) {
    let file = |(name, bytes): &(&str, &[u8])| {
        format!("dt.items.add(new File([new Uint8Array({bytes:?})], '{name}'));")
    };
    let all: String = files.iter().map(file).collect();
    desks
        .browser
        .script(&format!("var dt = new DataTransfer(); {all} {how}"));
}

const PASTE: &str = "document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: dt, bubbles: true, cancelable: true }));";
const DROP: &str = "document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: dt, bubbles: true, cancelable: true }));";

fn screenshot() -> Vec<u8> {
    let picture = DynamicImage::ImageRgb8(RgbImage::from_pixel(320, 200, Rgb([250, 250, 240])));
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

#[test]
fn a_bad_file_among_good_ones_takes_none_with_it() {
    let Some(mut desks) = Desks::open("brought", &["宋小笺"]) else {
        return;
    };
    begins(&mut desks, "登记办件", (TITLE, "墨应急发〔2026〕40号"));
    hand_over(&desks, &[("截图.png", &screenshot())], PASTE);
    desks.reads(&["截图.png", "已收下"]);
    let good = photograph(300, 400, false);
    let all: [(&str, &[u8]); 5] = [
        ("清单.txt", "一、编织袋 二百条".as_bytes()),
        ("坏的.jpg", &good[..300]),
        ("安装.exe", b"MZ\x90\0\x03\0"),
        ("空的.pdf", b""),
        ("现场.jpg", &good),
    ];
    hand_over(&desks, &all, DROP);
    desks.reads(&["打不开", "会运行", "是空文件"]);
    for going in ["等待", "正在传", "正在收下"] {
        desks.browser.wait_gone(going);
    }
    assert_eq!(
        desks.browser.count("li[data-file]"),
        3,
        "{}",
        desks.browser.text()
    );
    desks.look("brought");
    let _ = desks.browser.complaints();
    for _ in 0..3 {
        desks.browser.press("知道了");
    }
    assert_eq!(desks.browser.count(".coming"), 0);
    assert_eq!(desks.browser.count("li.out"), 0, "left out by a slip");
    desks.browser.tick("本件不涉密");
    desks.press("登记并送拟办", "已登记并送拟办");
    desks.opens("宋小笺", "拟办", TITLE);
    desks.reads(&["清单.txt", "（扫描件 2 页）.pdf"]);
}

#[test]
fn nothing_is_sent_before_its_files_are_there() {
    let Some(mut desks) = Desks::open("slowly", &["宋小笺"]) else {
        return;
    };
    begins(&mut desks, "登记办件", (TITLE, "墨应急发〔2026〕41号"));
    desks.browser.sends_slowly(40_000);
    let make = "var dt = new DataTransfer(); dt.items.add(new File([new Blob([new Uint8Array(400000).fill(65)])], '附表.txt'));";
    desks.browser.script(&format!("{make} {DROP}"));
    desks.reads(&["附表.txt", "正在传"]);
    desks.browser.press("登记并送拟办");
    desks.reads(&["还在传，传完再送。已传"]);
    desks.look("on-the-way");
    assert_eq!(desks.browser.path(), "/start/incoming-handle");
    desks.browser.network(true);
    desks.reads(&["已收下"]);
    desks.press("登记并送拟办", "已登记并送拟办");
    desks.opens("宋小笺", "拟办", TITLE);
    desks.reads(&["附表.txt"]);
}
