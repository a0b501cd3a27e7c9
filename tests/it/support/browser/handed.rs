//! What the browser hands out: files that are downloaded, and how many pages its printer made. Not here: the printing
//! itself. Invariant: a file counts once it is there whole.

use super::Browser;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

impl Browser {
    /// Files the page hands out are put into this folder, without asking.
    pub fn downloads_to(&self, folder: &Path) {
        let how = json!({ "behavior": "allow", "downloadPath": folder.to_str().unwrap() });
        self.session.devtools("Page.setDownloadBehavior", how);
    }

    /// The one file that came into the folder, once it is there whole.
    pub fn downloaded(&self, folder: &Path) -> PathBuf {
        self.until("a file to come", || {
            let all = fs::read_dir(folder).ok()?.filter_map(Result::ok);
            let mut whole = all.map(|f| f.path()).filter(|p| {
                let end = p.extension().is_some_and(|e| e == "crdownload");
                !end && p.metadata().is_ok_and(|m| m.len() > 0)
            });
            whole.next()
        })
    }
}

/// Pages of a PDF as Chromium writes it.
pub fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let page = |o: &&str| o.contains("/Type /Page\n") || o.contains("/Type /Page ");
    text.split("endobj").filter(page).count()
}
