//! A sealed document from one installation to another and its receipt back; the same sent back with a reason.

use super::support::{
    RECEIVER, SENDER, TITLE, bring, bring_back, brought, carried, issuable, minutes, receiver,
    register, send_on, sender, sent, text, until,
};
use inkstone::engine::deed::What;
use inkstone::kit::extract;
use inkstone::store::attachments;
use inkstone::store::verify::verify;
use serde_json::json;

#[test]
fn a_sealed_document_goes_to_another_office_and_its_receipt_comes_back() {
    let (here, there) = (sender("exchange-here"), receiver("exchange-there"));
    let mut admin = here.admin();
    let case = issuable(&here, &mut admin);
    let mut clerk = here.colleague(&mut admin, "宋小笺");
    let at = format!("/case/{case}/exchange");
    assert!(text(&mut clerk, &format!("/case/{case}/issue")).contains(&format!("href=\"{at}\"")));
    for to in ["", SENDER] {
        let refused = clerk.submit(&at, &at, &[("to", to)]);
        assert_eq!(refused.status, 422, "{to}");
    }
    let (code, package) = sent(&mut clerk, case, RECEIVER);
    assert_eq!(code.len(), 14, "{code}");
    let page = text(&mut clerk, &at);
    assert!(
        page.contains("还没有回执") && !page.contains(&code),
        "{page}"
    );

    let _carried = carried(&there);
    let mut their_admin = there.admin();
    let mut their = there.colleague(&mut their_admin, "宋小笺");
    let came = brought(&mut their, &package, &code.to_lowercase());
    let page = text(&mut their, &came);
    for words in [
        TITLE,
        SENDER,
        "砚政发〔2026〕1号",
        "加急",
        "江若川",
        "版式文件",
        "签名文件",
        "正文.txt",
        "第一次见到",
        "盖章",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("对不上："), "{page}");
    assert!(text(&mut their, "/todo").contains("外单位来的公文有 1 份等着登记"));
    // the same once more
    let twice = bring(&mut their, &package, &code);
    assert_eq!(twice.status, 422);
    assert!(twice.text().contains("已经收过了"), "{}", twice.text());

    let draft = register(&mut their, &came);
    let form = text(&mut their, &draft);
    for words in [TITLE, SENDER, "砚政发〔2026〕1号", "交换来的文件"] {
        assert!(form.contains(words), "{words}: {form}");
    }
    assert!(text(&mut their, &came).contains("正在登记"));
    send_on(&mut their, &draft);
    until("the receipt is made", || {
        text(&mut their, &came).contains("下载回执")
    });
    let page = text(&mut their, &came);
    assert!(page.contains("收文〔2026〕1号"), "{page}");
    assert!(!text(&mut their, "/todo").contains("等着登记"));
    let case_there = super::support::between(&page, "href=\"/case/", "\"");
    let files = {
        let id = case_there.parse().unwrap();
        let view = there.town.open_case("宋小笺", id).unwrap();
        assert_eq!(view.case.state.values["urgency"], json!("急"));
        assert_eq!(view.case.state.values["from"], json!(SENDER));
        attachments::list(
            &there.town.store.shelf(view.case.state.id.shelf()).unwrap(),
            id,
        )
        .unwrap()
    };
    let pdf = files.iter().find(|f| f.name.ends_with(".pdf")).unwrap();
    let blob = there.town.store.blob(pdf.id.shelf(), pdf.digest()).unwrap();
    let pdf = blob.all(50 << 20).unwrap().unwrap();
    let extract::Found::Text(words) = extract::all(&pdf) else {
        panic!("no words")
    };
    assert!(words.contains("林缘和集中祭扫点"), "{words}");

    // the receipt, one bit changed, then as it is, then once more
    let receipt = their.get(&format!("{came}/receipt"));
    assert_eq!(receipt.status, 200);
    let mut changed = receipt.body.clone();
    let last = changed.len() - 9;
    changed[last] ^= 1;
    let refused = bring_back(&mut clerk, case, &changed);
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("回执坏了或者被改过"),
        "{}",
        refused.text()
    );
    assert!(text(&mut clerk, &at).contains("还没有回执"));
    let foreign = bring_back(&mut clerk, case, b"PK\x03\x04 no receipt");
    assert!(foreign.status == 422 && foreign.text().contains("不是砚台的回执"));
    let back = bring_back(&mut clerk, case, &receipt.body);
    assert_eq!(back.status, 303, "{}", back.text());
    let page = text(&mut clerk, &at);
    assert!(
        page.contains("已签收") && page.contains("收文〔2026〕1号"),
        "{page}"
    );
    let view = here.town.open_case("宋小笺", case).unwrap();
    let done: Vec<What> = view.case.state.deeds.iter().map(|d| d.what).collect();
    assert_eq!(done[2..], [What::Issued, What::Received], "{done:?}");
    let issue = text(&mut clerk, &format!("/case/{case}/issue"));
    assert!(
        issue.contains("已签收 1/1") && issue.contains("公文包"),
        "{issue}"
    );
    for office in [&here, &there] {
        assert!(office.town.store.drain(std::time::Duration::from_secs(10)));
        let findings = verify(&office.town.folder.dir()).unwrap();
        assert!(findings.is_empty(), "{findings:?}");
    }
}

#[test]
fn what_is_sent_back_says_why_at_both_ends() {
    let (here, there) = (sender("exchange-back"), receiver("exchange-back-there"));
    let case = minutes(&here);
    let mut admin = here.admin();
    let mut clerk = here.colleague(&mut admin, "宋小笺");
    let (code, package) = sent(&mut clerk, case, RECEIVER);
    let mut their_admin = there.admin();
    let mut their = there.colleague(&mut their_admin, "宋小笺");
    let came = brought(&mut their, &package, &code);
    let deed = format!("{came}/refuse");
    let unsaid = their.submit(&came, &deed, &[("reason", "")]);
    assert_eq!(unsaid.status, 422);
    assert!(unsaid.text().contains("请写明为什么退回"));
    let done = their.submit(&came, &deed, &[("reason", "主送机关不是本单位")]);
    assert_eq!(done.status, 303, "{}", done.text());
    let page = text(&mut their, &came);
    assert!(
        page.contains("已退回") && !page.contains("登记办件"),
        "{page}"
    );
    let receipt = their.get(&format!("{came}/receipt")).body;
    let back = bring_back(&mut clerk, case, &receipt);
    assert_eq!(back.status, 303, "{}", back.text());
    let issue = text(&mut clerk, &format!("/case/{case}/issue"));
    assert!(
        issue.contains("退回：主送机关不是本单位") && issue.contains("已签收 0/1"),
        "{issue}"
    );
}
