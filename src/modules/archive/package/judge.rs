//! The checks of the four-property check (DA/T 70-2018, the parts an office can do for itself) over what was looked at.
//! Pure. Not here: looking (`read`, `write`). Invariant: each finding names the file or the piece it is about, and a check
//! that could not be done says that it was not.

use super::look::Seen;
use super::metadata::{MUST, SHOULD, Said};
use super::report::{Check, Property, Report};
use super::{MANIFEST, METADATA, Manifest, PIECES, PieceLine, SIGNATURE};
use crate::kit::Digest;
use crate::kit::sniff::Kind;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// When it is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stage {
    /// Before filing: there is no package yet.
    #[default]
    Year,
    Package,
}

/// The signature of the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Signed {
    #[default]
    Unreadable,
    /// Not of this manifest.
    Wrong,
    /// Holds; the key is nobody's we know: organ, fingerprint.
    Unknown(String, String),
    Known(String),
}

/// A sealed document with its signature file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFile {
    pub path: String,
    pub wrong: Vec<String>,
}

/// What was looked at.
#[derive(Debug, Default)]
pub struct Looked {
    pub stage: Stage,
    pub manifest: Option<Manifest>,
    pub signed: Signed,
    pub seen: Vec<Seen>,
    /// By folder.
    pub metadata: Vec<(String, Said)>,
    pub catalogue: Vec<(String, Said)>,
    pub sealed: Vec<SealedFile>,
    /// What of the zip is not as it was written.
    pub odd: Option<String>,
    pub bytes: u64,
    pub digest: Option<Digest>,
}

/// All checks.
#[must_use]
pub fn judge(about: &str, l: &Looked) -> Report {
    let mut checks = Vec::new();
    if l.stage == Stage::Package {
        checks.extend([signature(l), digests(l)]);
    }
    checks.extend([sealed(l), agreement(l)]);
    checks.extend([listed(l), pieces(l), numbers(l), filled(l), contents(l)]);
    if l.stage == Stage::Package {
        checks.push(structure(l));
    }
    checks.extend([readable(l), kinds(l), lasting(l), paths(l), programs(l)]);
    checks.push(Check::not_looked(
        Property::Safe,
        "病毒查杀",
        "砚台不带杀毒引擎。请用本机的杀毒软件查一遍存放的盘，把软件名称和日期写在记录上",
    ));
    let manifest = l.manifest.as_ref();
    let own = |s: &&Seen| s.path != MANIFEST && s.path != SIGNATURE;
    let sizes = l.seen.iter().map(|s| s.size).sum();
    Report {
        about: about.to_owned(),
        organ: manifest.map_or_else(String::new, |m| m.organ.clone()),
        pieces: manifest.map_or(0, |m| m.pieces.len()),
        files: l.seen.iter().filter(own).count(),
        bytes: if l.bytes > 0 { l.bytes } else { sizes },
        sm3: l.digest.map(|d| d.hex()),
        checks,
    }
}

fn lines(l: &Looked) -> &[PieceLine] {
    l.manifest.as_ref().map_or(&[], |m| m.pieces.as_slice())
}

fn signature(l: &Looked) -> Check {
    let (mut wrong, mut notes) = (Vec::new(), Vec::new());
    if l.manifest.is_none() {
        wrong.push("清单.json 不见了、读不出来，或者被改过".to_owned());
    }
    match &l.signed {
        Signed::Unreadable => wrong.push("签名.json 不见了、读不出来，或者被改过".to_owned()),
        Signed::Wrong => wrong.push("签名和清单对不上：清单或者签名在导出以后被改过".to_owned()),
        Signed::Unknown(organ, fingerprint) => wrong.push(format!(
            "签名完整，可是这里不认得“{organ}”的公钥（指纹 {fingerprint}）。请向移交单位要公钥文件，打电话核对指纹"
        )),
        Signed::Known(organ) => notes.push(format!("由{organ}的钥匙签名")),
    }
    let mut check = Check::wrong(
        Property::Authentic,
        "来源和签名",
        "清单.json 的 SM2 签名，是不是认得的单位签的".to_owned(),
        wrong,
    );
    check.findings.extend(notes);
    check
}

fn digests(l: &Looked) -> Check {
    let by_path: HashMap<&str, &Seen> = l.seen.iter().map(|s| (s.path.as_str(), s)).collect();
    let files = l.manifest.as_ref().map_or(&[][..], |m| m.files.as_slice());
    let mut wrong: Vec<String> = files
        .iter()
        .filter_map(|f| {
            let seen = by_path.get(f.path.as_str())?;
            let same = seen.size == f.size && seen.digest.hex() == f.sm3;
            (!same).then(|| format!("{}：内容被改过，和清单里的 SM3 摘要不一样", f.path))
        })
        .collect();
    if l.manifest.is_none() {
        wrong.push("没有清单，无法核对".to_owned());
    }
    let looked = format!("{} 个文件的大小和 SM3 摘要，逐个和清单比", files.len());
    Check::wrong(Property::Authentic, "内容没有改动", looked, wrong)
}

fn sealed(l: &Looked) -> Check {
    let wrong = l
        .sealed
        .iter()
        .flat_map(|s| s.wrong.iter().map(move |w| format!("{}：{w}", s.path)));
    let looked = format!("{} 份盖章文件的完整性签名", l.sealed.len());
    Check::wrong(Property::Authentic, "盖章文件", looked, wrong.collect())
}

/// Metadata and catalogue say the same.
fn agreement(l: &Looked) -> Check {
    let by_folder: HashMap<&str, &Said> = l.metadata.iter().map(|(f, s)| (f.as_str(), s)).collect();
    let mut wrong = Vec::new();
    for (folder, line) in &l.catalogue {
        let Some(own) = by_folder.get(folder.as_str()) else {
            wrong.push(format!("{folder}：目录里有，元数据没有"));
            continue;
        };
        for ((tag, said), (_, other)) in line.iter().zip(own.iter()) {
            if said != other {
                wrong.push(format!(
                    "{folder}：{tag}在目录里是“{said}”，在元数据里是“{other}”"
                ));
            }
        }
    }
    let in_list: HashMap<&str, &PieceLine> =
        lines(l).iter().map(|p| (p.folder.as_str(), p)).collect();
    for (folder, said) in &l.metadata {
        let of = |tag: &str| {
            said.iter()
                .find(|(t, _)| *t == tag)
                .map(|(_, v)| v.as_str())
        };
        match in_list.get(folder.as_str()) {
            None => wrong.push(format!("{folder}：清单里没有这一件")),
            Some(p) if of("档号") != Some(&p.number) || of("题名") != Some(&p.title) => {
                wrong.push(format!("{folder}：元数据的档号、题名和清单不一样"));
            }
            Some(_) => {}
        }
    }
    let looked = format!(
        "{} 件的元数据，逐项和归档文件目录、清单比",
        l.metadata.len()
    );
    Check::wrong(Property::Authentic, "元数据和目录一致", looked, wrong)
}

/// Nothing is missing and nothing is too much.
fn listed(l: &Looked) -> Check {
    let there: BTreeSet<&str> = l.seen.iter().map(|s| s.path.as_str()).collect();
    let files = l.manifest.as_ref().map_or(&[][..], |m| m.files.as_slice());
    let named: BTreeSet<&str> = files.iter().map(|f| f.path.as_str()).collect();
    let mut wrong: Vec<String> = named
        .difference(&there)
        .map(|path| format!("{path}：清单里有，文件不见了"))
        .collect();
    let own = |p: &&&str| **p != MANIFEST && **p != SIGNATURE;
    let extra = there.difference(&named).filter(own);
    wrong.extend(extra.map(|path| format!("{path}：清单里没有，是多出来的")));
    if there.len() < l.seen.len() {
        wrong.push("有同名的文件装了两次".to_owned());
    }
    let looked = format!("清单里的 {} 个文件，一个不缺、一个不多", files.len());
    Check::wrong(Property::Complete, "文件齐全", looked, wrong)
}

fn pieces(l: &Looked) -> Check {
    let (list, catalogue, folders) = (lines(l).len(), l.catalogue.len(), l.metadata.len());
    let mut wrong = Vec::new();
    if list != catalogue || list != folders {
        wrong.push(format!(
            "清单 {list} 件，目录 {catalogue} 件，有元数据的 {folders} 件，数目不一样"
        ));
    }
    let mut notes: Vec<String> = Vec::new();
    if let Some(m) = &l.manifest {
        notes.extend(m.left_out.clone());
    }
    let looked = format!("清单、目录和文件夹都是 {list} 件");
    Check::judged((Property::Complete, "件数"), looked, (wrong, notes))
}

fn numbers(l: &Looked) -> Check {
    let mut by_class: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    let (mut wrong, mut notes) = (Vec::new(), Vec::new());
    for piece in lines(l) {
        if piece.number.is_empty() {
            notes.push(format!("{}：还没有编档号", piece.title));
        } else if !by_class.entry(&piece.class).or_default().insert(piece.n) {
            wrong.push(format!("{}：档号重复", piece.number));
        }
    }
    for (class, all) in &by_class {
        let (Some(first), Some(last)) = (all.first(), all.last()) else {
            continue;
        };
        let gap: Vec<String> = (*first..=*last)
            .filter(|n| !all.contains(n))
            .take(20)
            .map(|n| format!("{n:04}"))
            .collect();
        if !gap.is_empty() {
            notes.push(format!(
                "{class}：缺件号 {}，请确认是销毁或另存",
                gap.join("、")
            ));
        }
    }
    let looked = format!("{} 类的件号，有没有重号、断号", by_class.len());
    Check::judged((Property::Complete, "档号"), looked, (wrong, notes))
}

fn filled(l: &Looked) -> Check {
    let (mut wrong, mut notes) = (Vec::new(), Vec::new());
    for (folder, said) in &l.metadata {
        let empty = |tag: &&&str| said.iter().any(|(t, v)| *t == **tag && v.is_empty());
        let must: Vec<&str> = MUST.iter().filter(empty).copied().collect();
        let should: Vec<&str> = SHOULD.iter().filter(empty).copied().collect();
        // a year that is not numbered yet says so in another check
        let must: Vec<&str> = match l.stage {
            Stage::Year => must.into_iter().filter(|t| *t != "档号").collect(),
            Stage::Package => must,
        };
        let title = said.iter().find(|(t, _)| *t == "题名");
        let title = title.map_or("", |(_, v)| v.as_str());
        if !must.is_empty() {
            wrong.push(format!("{folder}（{title}）：没有填{}", must.join("、")));
        }
        if !should.is_empty() {
            notes.push(format!("{folder}（{title}）：没有填{}", should.join("、")));
        }
    }
    let looked = format!("{}必须有，{}应当有", MUST.join("、"), SHOULD.join("、"));
    Check::judged((Property::Complete, "元数据必填项"), looked, (wrong, notes))
}

fn contents(l: &Looked) -> Check {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for seen in &l.seen {
        let mut parts = seen.path.split('/');
        if let (Some(PIECES), Some(folder), Some(name)) = (parts.next(), parts.next(), parts.next())
            && name != METADATA
        {
            *counts.entry(folder).or_default() += 1;
        }
    }
    let (mut wrong, mut notes) = (Vec::new(), Vec::new());
    for piece in lines(l) {
        match (counts.get(piece.folder.as_str()), piece.paper) {
            (None, true) => notes.push(format!("{}：只有纸质，电子的只有目录", piece.title)),
            (None, false) => wrong.push(format!("{}：没有电子文件", piece.title)),
            (Some(_), _) => {}
        }
    }
    let looked = "每件除了元数据至少有一个文件".to_owned();
    Check::judged((Property::Complete, "每件有内容"), looked, (wrong, notes))
}

fn structure(l: &Looked) -> Check {
    Check::wrong(
        Property::Usable,
        "数据包结构",
        "压缩包的目录和每个文件的头，逐字节".to_owned(),
        l.odd.iter().cloned().collect(),
    )
}

fn readable(l: &Looked) -> Check {
    let (mut wrong, mut notes) = (Vec::new(), Vec::new());
    for seen in &l.seen {
        if let Some(why) = &seen.broken {
            wrong.push(format!("{}：{why}", seen.path));
        } else if let Some(why) = &seen.closed {
            wrong.push(format!("{}：{why}", seen.path));
        } else if seen.half {
            notes.push(format!("{}：太大，只核对了摘要，没有打开看", seen.path));
        }
    }
    let looked = format!("{} 个文件读得出来、没有密码", l.seen.len());
    Check::judged((Property::Usable, "读得出、打得开"), looked, (wrong, notes))
}

fn kinds(l: &Looked) -> Check {
    let program = |s: &&Seen| runs(s.kind);
    let named = l.seen.iter().filter(|s| !program(s));
    let wrong = named.filter_map(|s| Some(format!("{}：{}", s.path, s.misnamed.as_ref()?)));
    Check::wrong(
        Property::Usable,
        "格式和扩展名",
        "每个文件的内容是不是扩展名说的那种".to_owned(),
        wrong.collect(),
    )
}

/// Formats that last (GB/T 18894-2016: OFD, PDF, text, JPEG, TIFF and the like).
fn lasting(l: &Looked) -> Check {
    let short = |k: Kind| {
        matches!(
            k,
            Kind::OldOffice | Kind::Rar | Kind::SevenZ | Kind::Unknown
        )
    };
    let notes = l.seen.iter().filter(|s| short(s.kind));
    let notes = notes.map(|s| {
        let what = s.kind.label();
        format!(
            "{}：{what}，以后不一定打得开，最好另存一份 PDF 或 OFD",
            s.path
        )
    });
    Check::judged(
        (Property::Usable, "长期保存格式"),
        "有没有不便长期保存的格式".to_owned(),
        (Vec::new(), notes.collect()),
    )
}

fn paths(l: &Looked) -> Check {
    let bad = |path: &str| {
        path.starts_with('/')
            || path.contains('\\')
            || path.contains(':')
            || path.chars().any(char::is_control)
            || path.split('/').any(|part| part == ".." || part == ".")
    };
    let wrong = l.seen.iter().filter(|s| bad(&s.path));
    Check::wrong(
        Property::Safe,
        "文件路径",
        "解开时会不会写到文件夹外面去".to_owned(),
        wrong.map(|s| format!("{:?}：路径不安全", s.path)).collect(),
    )
}

fn programs(l: &Looked) -> Check {
    let wrong = l.seen.iter().filter(|s| runs(s.kind));
    Check::wrong(
        Property::Safe,
        "程序和脚本",
        format!("{} 个文件的内容是不是程序、脚本、网页", l.seen.len()),
        wrong
            .map(|s| format!("{}：内容是{}", s.path, s.kind.label()))
            .collect(),
    )
}

fn runs(kind: Kind) -> bool {
    matches!(kind, Kind::Executable | Kind::Html | Kind::Svg)
}
