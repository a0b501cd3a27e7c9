//! The register taken out: as Excel and CSV, back through LibreOffice, and as a book on paper.

use super::{AT, clerk, document, order, q, shown};
use crate::support::http::Http;
use crate::support::libre;
use crate::support::office::Office;
use crate::support::skip::skip;
use crate::support::town::Folder;
use inkstone::kit::{Cell, Day, sheet};
use std::process::Command;

/// Presses 导出 on a list and gives what comes.
pub fn taken(http: &mut Http, kind: &str, query: &str) -> crate::support::reply::Reply {
    let page = http.get(&format!("{AT}?{query}")).text();
    let form = page
        .split("<form")
        .find(|f| f.contains(&format!("id=\"{kind}\"")))
        .unwrap();
    let part = |after: &str| {
        form.split(after)
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let action = part("action=\"").replace("&amp;", "&");
    let csrf = part("name=\"_csrf\" value=\"");
    http.post(&action, &[("_csrf", &csrf)])
}

/// Documents whose texts are hard for a spreadsheet.
const HARD: [(&str, &str); 5] = [
    ("=1+1", "330106199001011234"),
    ("-2+3", "007"),
    ("@SUM(A1)", "1e5"),
    ("+cmd|' /C calc'!A0", "2026-3-9"),
    ("带“引号”、逗号,和<尖>&号", "TRUE"),
];

fn hard(office: &Office) -> Vec<Vec<Cell>> {
    for (n, (title, number)) in HARD.iter().enumerate() {
        let copies = (n + 1).to_string();
        document(
            office,
            title,
            "县统计局",
            &[("from_number", number), ("copies", &copies)],
        );
    }
    for n in 0..20 {
        document(office, &format!("平常的第{n}件"), "县政府办", &[]);
    }
    shown(office);
    HARD.iter()
        .enumerate()
        .map(|(n, (title, number))| {
            vec![
                Cell::Text((*title).into()),
                Cell::Day(Day::new(2026, 3, 9).unwrap()),
                Cell::Text((*number).into()),
                Cell::Number(n as f64 + 1.0),
            ]
        })
        .collect()
}

/// The columns asked about, of the rows of the statistics office, oldest first.
fn picked(rows: &[Vec<Cell>]) -> Vec<Vec<Cell>> {
    let head: Vec<String> = rows[0].iter().map(Cell::text).collect();
    let at = |label: &str| head.iter().position(|h| h == label).unwrap();
    let wanted = ["文件标题", "收文日期", "来文字号", "份数"].map(at);
    let from = at("来文机关");
    rows[1..]
        .iter()
        .filter(|r| r[from].text() == "县统计局")
        .map(|r| wanted.iter().map(|i| r[*i].clone()).collect())
        .collect()
}

#[test]
fn excel_out_has_every_row_the_screens_columns_and_real_values() {
    let (office, mut clerk) = clerk("register-excel");
    let want = hard(&office);
    let reply = taken(&mut clerk, "excel", "by=number&order=up");
    assert_eq!(reply.status, 200);
    let name = reply.header("Content-Disposition").unwrap();
    assert!(
        name.contains(&format!("filename*=UTF-8''{}", q("收文登记簿2026年.xlsx"))),
        "{name}"
    );
    assert!(name.contains("filename=\"2026.xlsx\""), "{name}");
    let rows = sheet::read_table(&reply.body, "a.xlsx").unwrap();
    assert_eq!(rows.len(), 26, "the head and all rows, not only the page");
    assert_eq!(picked(&rows), want);
    // The columns and order of the screen.
    let page = clerk.get(&format!("{AT}?c=title&c=number")).text();
    assert!(page.find(">收文号").unwrap() < page.find(">文件标题").unwrap());
    let few = taken(&mut clerk, "excel", "c=title&c=number");
    let rows = sheet::read_table(&few.body, "a.xlsx").unwrap();
    assert_eq!(rows[0], [Cell::from("收文号"), Cell::from("文件标题")]);
    // Only what was asked for, and it is noted who took out what.
    let some = taken(&mut clerk, "excel", &format!("f.from={}", q("统计")));
    assert_eq!(sheet::read_table(&some.body, "a.xlsx").unwrap().len(), 6);
    let noted: Vec<String> = {
        use inkstone::store::Query as _;
        let hub = office.state.store.hub().unwrap();
        let all = "SELECT detail FROM audit WHERE action = 'register.export' ORDER BY id";
        hub.all(all, [], |r| r.get(0)).unwrap()
    };
    assert_eq!(noted.len(), 3);
    assert!(
        noted[0].contains("导出收文登记簿 2026年，25 件"),
        "{noted:?}"
    );
    assert!(noted[2].contains("5 件"), "{noted:?}");
    // A GET takes nothing out.
    assert_ne!(clerk.get(&format!("{AT}/excel")).status, 200);
}

#[test]
fn csv_out_opens_in_excel_and_runs_nothing() {
    let (office, mut clerk) = clerk("register-csv");
    hard(&office);
    let reply = taken(&mut clerk, "csv", "");
    assert!(reply.body.starts_with(&[0xef, 0xbb, 0xbf]));
    let text = reply.text();
    for (title, _) in HARD.iter().take(4) {
        assert!(text.contains(&format!("'{title}")), "{title} is defused");
        assert!(!text.contains(&format!(",{title}")), "{title}");
    }
    let rows = sheet::read_table(&reply.body, "a.csv").unwrap();
    assert_eq!(rows.len(), 26);
}

#[test]
fn excel_out_resaved_by_libreoffice_comes_back_equal() {
    let (office, mut clerk) = clerk("register-libre");
    let want = hard(&office);
    let reply = taken(&mut clerk, "excel", "by=number&order=up");
    let ours = sheet::read_table(&reply.body, "a.xlsx").unwrap();
    assert_eq!(picked(&ours), want);
    let Some(resaved) = libre::resaved(&reply.body) else {
        return;
    };
    let theirs = sheet::read_table(&resaved, "b.xlsx").unwrap();
    assert_eq!(theirs, ours, "values, types and days");
}

#[test]
fn the_book_on_paper_has_the_pages_it_says_and_every_row() {
    let (office, mut clerk) = clerk("register-print");
    let titles: Vec<String> = (0..60)
        .map(|n| {
            format!(
                "第{n:02}份{}的通知",
                "关于进一步做好有关工作".repeat(1 + n % 4)
            )
        })
        .collect();
    for title in &titles {
        document(
            &office,
            title,
            "墨川县农业农村局",
            &[("from_number", "墨农发〔2026〕8号")],
        );
    }
    shown(&office);
    let page = clerk.get(&format!("{AT}/print")).text();
    assert!(page.contains("<h1>收文登记簿　2026年</h1>") && page.contains("砚田镇"));
    assert_eq!(
        order(
            &page,
            &titles.iter().map(String::as_str).collect::<Vec<_>>()
        )
        .len(),
        60
    );
    let leaves = page.matches("class=\"page land\"").count();
    assert!(leaves > 1);
    assert_eq!(
        page.matches("<thead>").count(),
        leaves,
        "the head stands on every leaf"
    );
    assert!(page.contains(&format!("第 {leaves} 页，共 {leaves} 页")));
    assert_eq!(page.matches("合计 60 件").count(), 1);
    let chromium = Command::new("chromium").arg("--version").output();
    let pdfinfo = Command::new("pdfinfo").arg("-v").output();
    if chromium.is_err() || pdfinfo.is_err() {
        return skip("browser", "no chromium or pdfinfo to print with");
    }
    let folder = Folder::new("book");
    std::fs::create_dir_all(&folder.0).unwrap();
    let look = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/web/look.css");
    let css = page.split("href=\"").find(|s| s.contains(".css")).unwrap();
    let css = css.split('"').next().unwrap();
    let alone = page.replace(css, &format!("file://{look}"));
    let (html, pdf) = (folder.0.join("book.html"), folder.0.join("book.pdf"));
    std::fs::write(&html, alone).unwrap();
    let ran = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--allow-file-access-from-files",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.0.join("profile").display()
        ))
        .arg("--no-pdf-header-footer")
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", html.display()))
        .output()
        .unwrap();
    assert!(pdf.is_file(), "{ran:?}");
    let info = Command::new("pdfinfo").arg(&pdf).output().unwrap();
    let info = String::from_utf8_lossy(&info.stdout).into_owned();
    let line = |name: &str| {
        info.lines()
            .find(|l| l.starts_with(name))
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        line("Pages").split_whitespace().nth(1),
        Some(&*leaves.to_string()),
        "{info}"
    );
    let size = line("Page size");
    let size: Vec<f64> = size
        .split_whitespace()
        .filter_map(|w| w.parse().ok())
        .collect();
    assert!(size[0] > size[1], "laid across: {info}");
}
