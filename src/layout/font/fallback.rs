//! The free fonts in the binary, for a PC that lacks the standard's faces. What they are and where from: `assets/fonts/README.md`.
//! Not here: choosing between them and the PC's own, which is `app`'s. Invariant: there is one for every face.
//! The only door of `lzma_rust2`.

use super::{Face, Font, Fonts};
use lzma_rust2::LzmaReader;
use std::io::Read;
use std::sync::{Arc, LazyLock};

/// Unpacking may take so much memory, in KiB: their dictionary is 4 MiB.
const MEMORY: u32 = 8 << 10;

const SONG: &[u8] = include_bytes!("../../../assets/fonts/NotoSerifSC-Regular.ttf.lzma");
const BOLD: &[u8] = include_bytes!("../../../assets/fonts/NotoSerifSC-Bold.ttf.lzma");
const KAI: &[u8] = include_bytes!("../../../assets/fonts/InkstoneKai-Regular.ttf.lzma");

/// Unpacked once, on first use: three times 3 MB.
static FALLBACK: LazyLock<Fonts> = LazyLock::new(unpacked);

/// A font for every face, whatever the PC has.
#[must_use]
pub fn fallback() -> Fonts {
    FALLBACK.clone()
}

fn unpacked() -> Fonts {
    let [song, bold, kai] =
        [SONG, BOLD, KAI].map(|packed| unpack(packed).unwrap_or_default().into());
    let font = |bytes: &Arc<[u8]>, name: &str, substitute| Font {
        bytes: Arc::clone(bytes),
        index: 0,
        name: name.to_owned(),
        substitute,
    };
    let all = [
        (Face::Biaosong, font(&bold, "Noto Serif SC Bold", true)),
        (Face::Fangsong, font(&song, "Noto Serif SC", true)),
        (Face::Heiti, font(&bold, "Noto Serif SC Bold", true)),
        (Face::Kaiti, font(&kai, "砚台楷体", false)),
        (Face::Songti, font(&song, "Noto Serif SC", false)),
    ];
    Fonts(all.into())
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    LzmaReader::new_mem_limit(packed, MEMORY, None)?.read_to_end(&mut out)?;
    Ok(out)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::Metrics;
    use super::*;

    #[test]
    fn every_face_has_the_characters_of_a_document() {
        let fonts = fallback();
        let asked = "关于印发〔2026〕5号《办法》的通知，一、（一）①⑳镇〇—1—：“‘’”；？！…·％㎡Aa0";
        for face in Face::ALL {
            let font = fonts.of(face).unwrap();
            let metrics = Metrics::of(font).unwrap();
            let missing: String = asked.chars().filter(|c| !metrics.has(*c)).collect();
            assert_eq!(missing, "", "{face:?}");
        }
    }

    #[test]
    fn substitutes_are_said() {
        let fonts = fallback();
        let faces: Vec<Face> = fonts.substitutes().iter().map(|(f, _)| *f).collect();
        assert_eq!(faces, [Face::Biaosong, Face::Fangsong, Face::Heiti]);
        let own = Font {
            substitute: false,
            ..fonts.of(Face::Songti).unwrap().clone()
        };
        assert_eq!(fonts.with(Face::Fangsong, own).substitutes().len(), 2);
    }

    #[test]
    fn they_stay_within_five_megabytes() {
        assert!(SONG.len() + BOLD.len() + KAI.len() < 5_000_000);
    }
}
