//! What the stories of seals stand on: a town with a keeper of seals and a letterhead, a document on its way to the step
//! that seals, a seal in the hub; and a sealed deed without pages for tests of the files.

use crate::support::town::{Folder, Town, monday, says};
use inkstone::engine::deed::{Deed, SEALED_FILE, What};
use inkstone::engine::deed_store::insert_deed;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::engine::official;
use inkstone::kit::stamped::{FORMAT, Signed, Stamped};
use inkstone::kit::{Clock, Digest, Id};
use inkstone::org::organ_key;
use inkstone::store::NewAttachment;
use serde_json::json;

/// Keeps the seals.
pub const KEEPER: &str = "印守正";
pub const TITLE: &str = "关于做好2026年防汛备汛工作的通知";
pub const BODY: &str = "为切实做好今年的防汛备汛工作，现将有关事项通知如下。\n一、压实责任\n各村、各部门要逐级落实防汛责任，主要负责同志靠前指挥。\n二、备足物资\n编织袋、照明设备和救生器材要在3月底前清点补齐。\n三、加强值守\n严格执行24小时值班和领导带班制度，遇有险情第一时间上报。";

pub fn procedure() -> String {
    include_str!("sealing.toml").to_owned()
}

/// The town with its keeper of seals; 砚政发 is among the letterheads an office begins with.
pub fn town(name: &str) -> Town {
    let town = Town::open_with(Folder::new(name), Clock::held(monday()), &[procedure()]);
    town.settle_people();
    town.settle(KEEPER, "DZB", "印章");
    town
}

/// A document at the step that signs.
pub fn drafted(town: &Town) -> Id {
    let fields = [
        ("kind", "通知"),
        ("head", "砚政发"),
        ("to", "各村（居）民委员会，镇直各部门"),
        ("body", BODY),
    ];
    let leader = vec![town.post("江若川")];
    let op = format!("op-{}", town.clock.now().0);
    let done = town.start_to("宋小笺", ("sealing", TITLE), (&fields, leader), &op);
    done.unwrap().case
}

/// The same, sent on to the keeper of seals.
pub fn sent_to_seal(town: &Town) -> Id {
    let case = drafted(town);
    town.act("江若川", case, MoveId::Submit, says("同意。"))
        .unwrap();
    case
}

/// 签发: the deed of the text as it stands.
pub fn signed(town: &Town, case: Id) {
    let text = text_of(town, case);
    let person = town.person("江若川");
    let stamp = town.stamp("江若川", "document.sign");
    town.store
        .write(case.shelf(), stamp, move |w| {
            let deed = Deed {
                id: w.next_id(),
                what: What::Signed,
                text,
                data: json!({}),
                person: Some(person),
                name: "江若川".into(),
                at: w.at(),
            };
            insert_deed(w, case, &deed)?;
            w.emit("case.filed", Some(case), &())
        })
        .unwrap();
}

pub fn text_of(town: &Town, case: Id) -> Digest {
    let view = town.open_case("宋小笺", case).unwrap();
    official::digest(&view.procedure, &view.case.state.values)
}

/// A deed of sealing with its file and signature as the module writes them, of any case and any bytes.
pub fn sealed_bare(town: &Town, case: Id, bytes: &[u8]) -> Stamped {
    let (person, organ) = (
        town.person("宋小笺"),
        town.directory().first_organ().unwrap().id,
    );
    let stamp = town.stamp("宋小笺", "seal.apply");
    let key = organ_key::to_sign_with(&town.store, organ, &stamp).unwrap();
    let mut upload = town.store.upload(case.shelf()).unwrap();
    upload.push(bytes).unwrap();
    let (digest, size) = upload.finish().unwrap();
    let text = Digest::of(b"text");
    let seal = move |w: &mut inkstone::store::Write<'_>| {
        let id = w.next_id();
        let signed = Signed {
            format: FORMAT.into(),
            deed: id.to_string(),
            case: case.to_string(),
            code: "7K3QW9XA2B".into(),
            number: "砚政发〔2026〕1号".into(),
            title: TITLE.into(),
            organ: "砚田镇人民政府".into(),
            seal: "砚田镇人民政府印章".into(),
            seal_no: 1,
            sample: false,
            page: 1,
            left: 11_000,
            top: 18_000,
            text: text.hex(),
            file: digest.hex(),
            size,
            person: person.0,
            name: "宋小笺".into(),
            at: w.at().0,
        };
        let stamped = signed.sign(&key)?;
        let attachment = w.attach(&NewAttachment {
            owner: case,
            field: SEALED_FILE.into(),
            name: "通知（已用印）.pdf".into(),
            size,
            digest,
            kind: "PDF".into(),
            person,
            person_name: "宋小笺".into(),
        })?;
        let deed = Deed {
            id,
            what: What::Sealed,
            text,
            data: json!({ "stamped": stamped, "attachment": attachment.to_string() }),
            person: Some(person),
            name: "宋小笺".into(),
            at: w.at(),
        };
        insert_deed(w, case, &deed)?;
        w.note(format!("{id} 用印"));
        w.emit("case.filed", Some(case), &())?;
        Ok(stamped)
    };
    town.store.write(case.shelf(), stamp, seal).unwrap().value
}

/// What a move of this person needs where it has one way on.
pub fn plain() -> Input {
    Input::default()
}
