//! The office whose files the claims are broken in: cases in several states, made once a process.

use crate::official::by_hand::signed_by_hand;
use crate::official::sealing::sealed_bare;
use crate::support::files::Image;
use crate::support::official;
use crate::support::paper::{answer, enter, no_photo};
use crate::support::small;
use crate::support::town::{Folder, Town, monday, says};
use crate::{archive, import, lanes};
use inkstone::engine::deed::{Deed, What};
use inkstone::engine::deed_store::insert_deed;
use inkstone::engine::definition::MoveId;
use inkstone::engine::draft_store;
use inkstone::engine::offer::Input;
use inkstone::engine::relation_store::list_made;
use inkstone::engine::talk::To;
use inkstone::inbox::parcel::{NewParcel, Settled, State, Way};
use inkstone::inbox::parcel_store::{insert_parcel, set_settled};
use inkstone::kit::{Clock, Digest, Id};
use inkstone::store::NewAttachment;
use inkstone::store::verify::verify;
use serde_json::json;
use std::sync::OnceLock;

/// A package that left a case, and the receipt that came back.
fn exchanged(town: &Town, case: Id) {
    let kept = |bytes: &[u8]| {
        let mut upload = town.store.upload(case.shelf()).unwrap();
        upload.push(bytes).unwrap();
        upload.finish().unwrap()
    };
    let (package, receipt) = (kept(b"a package"), kept(b"a receipt"));
    let (person, name) = (town.person("宋小笺"), "宋小笺".to_owned());
    let new = NewParcel {
        way: Way::Out,
        delivery: "20260309-1".into(),
        case: Some(case),
        partner: "墨川县应急管理局".into(),
        key: None,
        answer: [7; 32],
        digest: package.0,
        data: json!({}),
        person: Some(person),
        name: name.clone(),
    };
    let stamp = town.stamp("宋小笺", "exchange.send");
    let written = town.store.write(case.shelf(), stamp, move |w| {
        let id = insert_parcel(w, &new)?;
        for (field, (digest, size)) in [("@package", package), ("@receipt", receipt)] {
            w.attach(&NewAttachment {
                owner: id,
                field: field.into(),
                name: "公文包.gwb".into(),
                size,
                digest,
                kind: "公文包".into(),
                person,
                person_name: name.clone(),
            })?;
        }
        let settled = Settled {
            state: State::Taken,
            case: None,
            key: None,
            receipt: json!({ "by": "程签收" }),
        };
        set_settled(w, id, &settled)?;
        let deed = Deed {
            id: w.next_id(),
            what: What::Issued,
            text: Digest::of(b"text"),
            data: json!({ "way": "公文包", "to": "墨川县应急管理局", "copies": 1, "taken_by": "20260309-1" }),
            person: Some(person),
            name,
            at: w.at(),
        };
        insert_deed(w, case, &deed)?;
        w.emit("case.filed", Some(case), &())
    });
    written.unwrap();
}

/// The office's own beside those that ship.
pub fn procedures() -> Vec<String> {
    let own = [small::of_department(), small::of_organ(), official::text()];
    own.into_iter().chain(lanes::made()).collect()
}

/// A town with cases in several states, made once a process and kept in memory.
pub fn image() -> &'static Image {
    static IMAGE: OnceLock<Image> = OnceLock::new();
    IMAGE.get_or_init(|| {
        let clock = Clock::held(monday());
        let town = Town::open_with(Folder::new("verify"), clock, &procedures());
        town.settle_people();
        through_all_hands(&town);
        let handed = to_departments(&town, "关于防汛值班的通知");
        town.register("incoming-handle", "关于统计年报的通知")
            .unwrap();
        for (who, kind) in [
            ("雷有备", "department-note"),
            ("田丰收", "organ-note"),
            ("雷有备", "department-note"),
        ] {
            town.clock.advance(60_000);
            town.start(
                who,
                (kind, "小事"),
                &[],
                &format!("op-{}", town.clock.now().0),
            )
            .unwrap();
        }
        let quiet = town.dept("NYZ");
        town.hub(move |w| {
            w.quiet("the department is confidential");
            inkstone::store::set_confidential(w, quiet, true)
        });
        town.store.conceal().unwrap();
        attach(&town, handed);
        sealed_bare(&town, handed, b"%PDF-1.4 a sealed document");
        exchanged(&town, handed);
        from_paper(&town);
        draft(&town);
        beside(&town, handed);
        away(&town);
        let twice = town
            .register("incoming-handle", "关于统计年报的通知")
            .unwrap();
        let why = Input {
            note: "重复登记".into(),
            ..Input::default()
        };
        town.act("宋小笺", twice.case, MoveId::Void, why).unwrap();
        crate::claims::take_room(&town, "雷有备", ("09:00", "11:00"));
        import::one_line(&town);
        town.hub(|w| {
            w.quiet("a number kept ahead");
            w.keep_number(("series", "发文.砚政发/2026"), "年度工作要点", "宋小笺")
        });
        official::drafted(&town);
        archive::carded(&town);
        assert!(town.store.drain(std::time::Duration::from_secs(10)));
        let folder = town.stop();
        let findings = verify(&folder.dir()).unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        Image::of(&folder)
    })
}

/// Something said beside a case, and the case tied to another.
fn beside(town: &Town, case: Id) {
    let acting = town.acting("宋小笺");
    let said = (case, "请应急办先看附件", To::All);
    let stamp = town.stamp("宋小笺", "case.talk");
    town.engine.talk(&town.store, stamp, &acting, said).unwrap();
    let other = town
        .register("incoming-handle", "关于去年防汛的通知")
        .unwrap();
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let stamp = town.stamp("宋小笺", "case.relate");
    let tie = (case, other.case, "依据");
    town.engine
        .relate(&town.store, stamp, &acting, tie)
        .unwrap();
    let stamp = town.stamp("宋小笺", "case.relate");
    let wrong = (case, other.case, "答复");
    town.engine
        .relate(&town.store, stamp, &acting, wrong)
        .unwrap();
    let said = list_made(&town.store.shelf(case.shelf()).unwrap(), case).unwrap();
    let stamp = town.stamp("宋小笺", "case.relate");
    let back = (case, said[1].id, "不是答复");
    town.engine.part(&town.store, stamp, &acting, back).unwrap();
}

/// Two trips: one approved after the car it asked for was sent, so that somebody stands in; one that waits for its car.
fn away(town: &Town) {
    let (children, carrier) = (lanes::children(town), lanes::carrier(town));
    let deliver = || {
        town.store.deliver(&children).unwrap();
        town.store.deliver(&carrier).unwrap();
    };
    deliver();
    for waits in [false, true] {
        town.clock.advance(60_000);
        let trip = lanes::trip(town, "安守", "钱细清");
        lanes::spawn(town, trip);
        deliver();
        if waits {
            continue;
        }
        let view = town.open_case("雷有备", trip).unwrap();
        let car = view.kin.children[0].made.unwrap();
        town.act("雷有备", car, MoveId::Submit, Input::default())
            .unwrap();
        town.act("宋小笺", car, MoveId::Close, Input::default())
            .unwrap();
        deliver();
        let approve = lanes::choose("file", "同意。");
        town.act("雷有备", trip, MoveId::Submit, approve).unwrap();
        deliver();
    }
}

pub fn to_departments(town: &Town, title: &str) -> Id {
    let case = town.register("incoming-handle", title).unwrap().case;
    let to_leader = Input {
        choice: "instruct".into(),
        people: vec![town.post("江若川")],
        ..Input::default()
    };
    let out = Input {
        values: [
            ("principal_department".to_owned(), json!(town.dept("YJB"))),
            (
                "assisting_departments".to_owned(),
                json!([town.dept("NYZ")]),
            ),
        ]
        .into_iter()
        .collect(),
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::Submit, says("拟请江镇长批示。"))
        .unwrap();
    town.act("纪文澜", case, MoveId::Submit, to_leader).unwrap();
    town.act("江若川", case, MoveId::Submit, says("请应急办办理。"))
        .unwrap();
    town.act("宋小笺", case, MoveId::HandOut, out).unwrap();
    case
}

pub fn through_all_hands(town: &Town) {
    archived(town, "关于森林防火的通知");
}

/// A document through all hands and into the archive.
pub fn archived(town: &Town, title: &str) -> Id {
    let case = to_departments(town, title);
    // one with words and a hand, one with a hand alone
    town.act("雷有备", case, MoveId::FeedBack, signed_by_hand("已排查。"))
        .unwrap();
    town.act("田丰收", case, MoveId::FeedBack, signed_by_hand(""))
        .unwrap();
    for _ in 0..2 {
        let view = town.open_case("宋小笺", case).unwrap();
        let review = view.offers.iter().find(|o| o.mv == MoveId::Review).unwrap();
        let choice = review
            .choices
            .first()
            .map(|c| c.id.clone())
            .unwrap_or_default();
        let input = Input {
            choice,
            ..Input::default()
        };
        town.act("宋小笺", case, MoveId::Review, input).unwrap();
    }
    town.act("宋小笺", case, MoveId::Close, Input::default())
        .unwrap();
    town.act("苏简", case, MoveId::Archive, Input::default())
        .unwrap();
    case
}

/// Three leaders' words from paper: one confirmed, one contested, one not answered.
fn from_paper(town: &Town) {
    let case = town
        .register("incoming-handle", "关于汛期检查的通知")
        .unwrap()
        .case;
    town.act("宋小笺", case, MoveId::Submit, says("拟请各位领导批示。"))
        .unwrap();
    let to_leaders = Input {
        choice: "instruct".into(),
        people: vec![town.post("江若川"), town.post("陆平章")],
        opinion: "同意。".into(),
        ..Input::default()
    };
    for (name, input) in [
        ("纪文澜", to_leaders),
        ("江若川", says("请应急办牵头。")),
        ("陆平章", says("同意。")),
    ] {
        enter(town, case, name, (input, "2026-03-09"), no_photo()).unwrap();
    }
    answer(town, case, "纪文澜", (true, "")).unwrap();
    answer(town, case, "江若川", (false, "我写的是应急办和派出所。")).unwrap();
}

fn attach(town: &Town, case: Id) {
    let bytes: Vec<u8> = (0..700_000u32).map(|i| (i % 253) as u8).collect();
    let mut upload = town.store.upload(case.shelf()).unwrap();
    upload.push(&bytes).unwrap();
    let (digest, size) = upload.finish().unwrap();
    let file = NewAttachment {
        owner: case,
        field: "attachments".into(),
        name: "通知.pdf".into(),
        size,
        digest,
        kind: "application/pdf".into(),
        person: town.person("宋小笺"),
        person_name: "宋小笺".into(),
    };
    let stamp = town.stamp("宋小笺", "case.attach");
    let write = move |w: &mut inkstone::store::Write<'_>| {
        let id = w.attach(&file)?;
        w.emit("case.attached", Some(file.owner), &id)
    };
    town.store.write(case.shelf(), stamp, write).unwrap();
}

fn draft(town: &Town) {
    let shelf = town
        .engine
        .shelf_now(&town.store, &town.acting("宋小笺"))
        .unwrap();
    let (stamp, person) = (town.stamp("宋小笺", "draft.save"), town.person("宋小笺"));
    let save = move |w: &mut inkstone::store::Write<'_>| {
        w.quiet("a draft is its owner's");
        draft_store::set_draft(w, (None, person), "incoming-handle", &Default::default())
    };
    town.store.write(shelf, stamp, save).unwrap();
}
