//! What is not taken in, and whose key it was: damaged, changed, foreign, secret packages, a key that is another's.

use super::support::{
    RECEIVER, SENDER, TITLE, bring, brought, minutes, receiver, sender, sent, text,
};
use inkstone::kit::sm2::Secret;
use inkstone::kit::stamped::{FORMAT, Signed};
use inkstone::kit::unpack::Packer;
use inkstone::kit::{Digest, Millis};
use inkstone::modules::exchange::code::Code;
use inkstone::modules::exchange::elements::Elements;
use inkstone::modules::exchange::package::{Package, Part, Sent, seal};

/// A package made by hand, as another program or a forger would.
fn made(delivery: &str, change: impl FnOnce(&mut Package), key: &Secret) -> (Vec<u8>, String) {
    let mut package = Package {
        delivery: delivery.into(),
        from: SENDER.into(),
        to: RECEIVER.into(),
        at: Millis(1_773_025_200_000),
        elements: Elements {
            title: TITLE.into(),
            number: "砚政发〔2026〕7号".into(),
            ..Elements::default()
        },
        files: vec![Sent {
            name: "正文.txt".into(),
            part: Part::Text,
            bytes: "各村：请抓好落实。".into(),
        }],
    };
    change(&mut package);
    let code = Code::new().unwrap();
    let bytes = seal(&package, key, &code, &[7; 32]).unwrap();
    (bytes, code.text())
}

#[test]
fn what_is_damaged_foreign_or_secret_is_named_and_not_kept() {
    let there = receiver("exchange-refused");
    let mut admin = there.admin();
    let mut clerk = there.colleague(&mut admin, "宋小笺");
    let key = Secret::new().unwrap();
    let (bytes, code) = made("d-1", |_| (), &key);
    let other = Code::new().unwrap().text();
    let mut bit = bytes.clone();
    let middle = bit.len() / 2;
    bit[middle] ^= 4;
    let (secret, secret_code) = made("d-2", |p| p.elements.secrecy = "秘密★1年".into(), &key);
    let marked = |p: &mut Package| p.files[0].bytes = "机密★3年\n关于某事的通知\n".into();
    let (marked, marked_code) = made("d-3", marked, &key);
    let disguised = |p: &mut Package| {
        p.files[0] = Sent {
            name: "排查表.pdf".into(),
            part: Part::Enclosure,
            bytes: b"MZ\x90\0 this program".to_vec(),
        }
    };
    let (disguised, disguised_code) = made("d-4", disguised, &key);
    let cases: [(&[u8], &str, &str); 10] = [
        (b"", &code, "请选发文单位给的公文包"),
        (b"PK\x03\x04 a zip", &code, "这不是砚台的公文包"),
        (&bytes[..bytes.len() - 1], &code, "路上坏了或者被改过"),
        (&bit, &code, "路上坏了或者被改过"),
        (&bytes, "K7QF", "提取码有写错的地方"),
        (&bytes, "", "提取码有写错的地方"),
        (&bytes, &other, "提取码不是这一份的"),
        (&secret, &secret_code, "公文要素里写着“秘密★1年”"),
        (&marked, &marked_code, "第一页标有"),
        (&disguised, &disguised_code, "排查表.pdf"),
    ];
    for (bytes, code, said) in cases {
        let refused = bring(&mut clerk, bytes, code);
        assert_eq!(refused.status, 422, "{said}: {}", refused.text());
        assert!(refused.text().contains(said), "{said}: {}", refused.text());
    }
    assert!(text(&mut clerk, "/exchange").contains("没有等着登记的公文"));
    // and the whole one is taken in all the same
    let at = brought(&mut clerk, &bytes, &code);
    assert!(text(&mut clerk, &at).contains(TITLE));
    // who does not register sees nothing of it
    let mut other = there.colleague(&mut admin, "安守");
    assert_eq!(other.get(&at).status, 403);
}

#[test]
fn a_partner_whose_key_changed_is_said_loudly_and_not_registered() {
    let there = receiver("exchange-key");
    let mut admin = there.admin();
    let mut clerk = there.colleague(&mut admin, "宋小笺");
    let (theirs, another) = (Secret::new().unwrap(), Secret::new().unwrap());
    let (bytes, code) = made("k-1", |_| (), &theirs);
    let at = brought(&mut clerk, &bytes, &code);
    let first = theirs.public().unwrap().fingerprint();
    let page = text(&mut clerk, &at);
    assert!(
        page.contains(&first) && page.contains("第一次见到"),
        "{page}"
    );
    let key = format!("{at}/key");
    let unread = clerk.submit(&at, &key, &[]);
    assert_eq!(unread.status, 422);
    assert!(unread.text().contains("请先打电话核对指纹"));
    let done = clerk.submit(&at, &key, &[("compared", "1")]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(text(&mut clerk, &at).contains("和以前核对过的一样（宋小笺"));
    assert!(text(&mut clerk, "/exchange/partners").contains(&first));

    let (bytes, code) = made("k-2", |_| (), &another);
    let forged = brought(&mut clerk, &bytes, &code);
    let page = text(&mut clerk, &forged);
    assert!(
        page.contains("签名钥匙变了") && page.contains(&first) && !page.contains("登记办件"),
        "{page}"
    );
    assert!(text(&mut clerk, "/exchange").contains("钥匙变了"));
    let hidden = clerk.get(&at).hidden(&format!("{at}/take"));
    let mut fields: Vec<(&str, &str)> = vec![("as", "incoming-handle")];
    fields.extend(hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())));
    let tried = clerk.post(&format!("{forged}/take"), &fields);
    assert_eq!(tried.status, 422, "{}", tried.text());
    // the office did change its key: compared again, it is registered
    let key = format!("{forged}/key");
    let done = clerk.submit(&forged, &key, &[("compared", "1")]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(text(&mut clerk, &forged).contains("登记办件"));
    // now it is the older package that was signed with another key
    assert!(text(&mut clerk, &at).contains("签名钥匙变了"));
}

#[test]
fn pages_that_were_changed_after_they_were_sealed_are_named() {
    let there = receiver("exchange-sealed");
    let mut admin = there.admin();
    let mut clerk = there.colleague(&mut admin, "宋小笺");
    let key = Secret::new().unwrap();
    let pages = b"%PDF-1.7 the sealed pages".to_vec();
    let signed = Signed {
        format: FORMAT.into(),
        deed: "d".into(),
        case: "c".into(),
        code: "7K3QW9XA2B".into(),
        number: "砚政发〔2026〕7号".into(),
        title: TITLE.into(),
        organ: SENDER.into(),
        seal: "印章".into(),
        seal_no: 1,
        sample: false,
        page: 1,
        left: 1,
        top: 1,
        text: Digest::of(b"text").hex(),
        file: Digest::of(&pages).hex(),
        size: pages.len() as i64,
        person: 1,
        name: "印守正".into(),
        at: 1_773_025_200_000,
    };
    let proof = signed.sign(&key).unwrap().bytes().unwrap();
    let with = |pages: Vec<u8>, proof: Vec<u8>| {
        move |p: &mut Package| {
            let sent = |name: &str, part, bytes| Sent {
                name: name.into(),
                part,
                bytes,
            };
            p.files.push(sent("通知.pdf", Part::Pages, pages));
            p.files.push(sent("通知.pdf.sig.json", Part::Proof, proof));
        }
    };
    let mut bit = pages.clone();
    bit[12] ^= 1;
    let mut torn = proof.clone();
    torn[40] ^= 1;
    let stranger = Secret::new().unwrap();
    for (n, pages, proof, by, said) in [
        (1, &pages, &proof, &key, ""),
        (2, &bit, &proof, &key, "文件内容和盖章时不一样"),
        (3, &pages, &torn, &key, "签名"),
        (4, &pages, &proof, &stranger, "不是同一把"),
    ] {
        let (bytes, code) = made(&format!("s-{n}"), with(pages.clone(), proof.clone()), by);
        let at = brought(&mut clerk, &bytes, &code);
        let page = text(&mut clerk, &at);
        match said {
            "" => assert!(
                !page.contains("对不上：") && page.contains("印守正"),
                "{page}"
            ),
            said => assert!(
                page.contains("盖章文件对不上：") && page.contains(said),
                "{n} {said}: {page}"
            ),
        }
    }
}

/// Archives that would burst are kept as they came and not opened; a manifest of a thousand files is refused by its maker.
#[test]
fn hostile_contents_are_bounded() {
    let there = receiver("exchange-hostile");
    let mut admin = there.admin();
    let mut clerk = there.colleague(&mut admin, "宋小笺");
    let key = Secret::new().unwrap();
    let zeros = vec![0_u8; 16 << 20];
    let mut packer = Packer::default();
    packer.put("zeros.bin", &zeros);
    let bomb = packer.finish();
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let bombed = |p: &mut Package| {
        p.files.push(Sent {
            name: "附件.zip".into(),
            part: Part::Enclosure,
            bytes: bomb,
        });
    };
    let (bytes, code) = made("h-1", bombed, &key);
    let begun = std::time::Instant::now();
    let at = brought(&mut clerk, &bytes, &code);
    assert!(begun.elapsed().as_secs() < 60);
    assert!(text(&mut clerk, &at).contains("附件.zip"));
    let many = |p: &mut Package| p.files = vec![p.files[0].clone(); 201];
    let mut crowd = Package {
        delivery: "h-2".into(),
        from: SENDER.into(),
        to: RECEIVER.into(),
        at: Millis(0),
        elements: Elements::default(),
        files: vec![Sent {
            name: "a.txt".into(),
            part: Part::Text,
            bytes: b"a".to_vec(),
        }],
    };
    many(&mut crowd);
    assert!(seal(&crowd, &key, &Code::new().unwrap(), &[0; 32]).is_err());
}

#[test]
fn partners_are_kept_and_switched_off() {
    let here = sender("exchange-partners");
    let case = minutes(&here);
    let mut admin = here.admin();
    let mut clerk = here.colleague(&mut admin, "宋小笺");
    let at = "/exchange/partners";
    assert!(text(&mut clerk, at).contains("还没有签名钥匙"));
    let empty = clerk.submit(at, at, &[("name", ""), ("note", "周其昌")]);
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("周其昌"), "what was typed is kept");
    let done = clerk.submit(at, at, &[("name", RECEIVER), ("note", "周其昌")]);
    assert_eq!(done.status, 303, "{}", done.text());
    let twice = clerk.submit(at, at, &[("name", RECEIVER)]);
    assert!(twice.status == 422 && twice.text().contains("已经有了"));
    let (_, _) = sent(&mut clerk, case, RECEIVER);
    let page = text(&mut clerk, at);
    assert!(!page.contains("还没有签名钥匙"), "{page}");
    let off = clerk.submit(at, &format!("{at}/1"), &[("state", "off")]);
    assert_eq!(off.status, 303, "{}", off.text());
    let sending = format!("/case/{case}/exchange");
    let refused = clerk.submit(&sending, &sending, &[("to", RECEIVER)]);
    assert!(
        refused.status == 422 && refused.text().contains("停用了"),
        "{}",
        refused.text()
    );
}
