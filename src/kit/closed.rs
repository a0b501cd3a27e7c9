//! Files that are taken in and cannot be looked into: locked with a password, or packed so that they
//! would burst. They are kept all the same, with a plain word beside them (README decision 16).
//! Not for refusing anything. Invariant: nothing here unpacks more than [`BURSTS`].

use super::sniff::Kind;
use super::unpack;

/// What an office file or archive may unpack to before nobody looks into it.
const BURSTS: u64 = 1 << 30;

/// Locked with a password.
pub const LOCKED: &str = "有密码，无法预览和检索";
/// Would burst.
pub const BURSTING: &str = "压缩得异常，没有打开检查，无法预览和检索";

/// Pages without letters; looked at, not searched.
pub const DRAWN: &str = "是扫描的图片";

/// The word beside a file that cannot be looked into; `None` where it can be, or where this cannot tell.
#[must_use]
pub fn why(kind: Kind, bytes: &[u8]) -> Option<&'static str> {
    let locked = match kind {
        Kind::OldOffice => old_office_is_locked(bytes),
        Kind::Pdf => pdf_is_locked(bytes),
        Kind::Zip | Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::Ofd | Kind::OpenDocument => {
            zip_is_locked(bytes)
        }
        Kind::Rar => rar_is_locked(bytes),
        _ => false,
    };
    if locked {
        return Some(LOCKED);
    }
    let packed = matches!(
        kind,
        Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::Ofd | Kind::OpenDocument | Kind::Zip
    );
    // an archive with another method of packing is no bomb, it is only not ours to read
    let bursts = packed && {
        let declared = unpack::declared_size(bytes).unwrap_or(0);
        declared > BURSTS || unpack::overflows(bytes, BURSTS)
    };
    bursts.then_some(BURSTING)
}

/// Encrypted new documents are compound files with this stream; old ones carry a flag in their first record.
fn old_office_is_locked(bytes: &[u8]) -> bool {
    let wide: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    if unpack::find(bytes, &wide).is_some() {
        return true;
    }
    // sectors of a compound file begin at multiples of 512
    bytes.chunks(512).skip(1).any(|sector| {
        let at = |n: usize| sector.get(n).copied().unwrap_or(0);
        let word = at(0) == 0xec && at(1) == 0xa5 && at(0x0b) & 1 == 1;
        let sheet = at(0) == 0x09 && at(1) == 0x08 && {
            let length = usize::from(at(2)) | usize::from(at(3)) << 8;
            let next = 4 + length;
            at(next) == 0x2f && at(next + 1) == 0
        };
        word || sheet
    })
}

/// The trailer of an encrypted PDF names its lock; it stands at the end, or in the first part of one made
/// for the web.
fn pdf_is_locked(bytes: &[u8]) -> bool {
    bytes
        .windows(9)
        .any(|w| w.starts_with(b"/Encrypt") && !w.get(8).is_some_and(u8::is_ascii_alphanumeric))
}

fn zip_is_locked(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") && bytes.get(6).is_some_and(|flags| flags & 1 == 1)
        || unpack::any_locked(bytes)
}

/// RAR 4: the flag of the archive's or of the first file's header; RAR 5: the header of encryption.
fn rar_is_locked(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"Rar!\x1a\x07\x01\0") {
        // after the checksum: size of the header, then its type; 4 is the one of encryption
        return bytes.get(13) == Some(&4);
    }
    let archive = bytes.get(10).is_some_and(|flags| flags & 0x80 != 0);
    let first = bytes.get(23).is_some_and(|flags| flags & 0x04 != 0);
    archive || first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::unpack::{build_zip, stored_zip};

    #[test]
    fn locks_are_seen() {
        let mut package = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        package.resize(512, 0);
        assert_eq!(why(Kind::OldOffice, &package), None);
        let mut doc = package.clone();
        doc.extend([0xec, 0xa5, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0, 0x13]);
        assert_eq!(why(Kind::OldOffice, &doc), Some(LOCKED));
        let mut open = package.clone();
        open.extend([0xec, 0xa5, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0, 0x12]);
        assert_eq!(why(Kind::OldOffice, &open), None);
        let mut sheet = package.clone();
        sheet.extend([0x09, 0x08, 2, 0, 0, 6, 0x2f, 0]);
        assert_eq!(why(Kind::OldOffice, &sheet), Some(LOCKED));
        package.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(why(Kind::OldOffice, &package), Some(LOCKED));

        assert_eq!(
            why(Kind::Pdf, b"%PDF-1.6 trailer<</Encrypt 5 0 R>>"),
            Some(LOCKED)
        );
        assert_eq!(why(Kind::Pdf, b"%PDF-1.6 <</EncryptMetadata false>>"), None);
        let zip = stored_zip(&[("a.txt", b"hello")]);
        assert_eq!(why(Kind::Zip, &zip), None);
        let mut locked = zip;
        if let Some(flags) = locked.get_mut(6) {
            *flags |= 1;
        }
        assert_eq!(why(Kind::Zip, &locked), Some(LOCKED));
    }

    #[test]
    fn a_bomb_is_kept_and_not_opened() {
        let honest = build_zip(&[("word/document.xml", b"x", 0, 1)]);
        assert_eq!(why(Kind::Docx, &honest), None);
        let declared = build_zip(&[(
            "word/document.xml",
            b"x",
            8,
            usize::try_from(u32::MAX).unwrap_or(0),
        )]);
        assert_eq!(why(Kind::Docx, &declared), Some(BURSTING));
    }
}
