//! Office files made for a test, of the least parts their readers ask for.

/// A word-processing document, a paragraph a line.
pub fn docx(text: &str) -> Vec<u8> {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let paragraphs: String = escaped
        .lines()
        .map(|l| format!("<w:p><w:r><w:t xml:space=\"preserve\">{l}</w:t></w:r></w:p>"))
        .collect();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{paragraphs}</w:body></w:document>"
    );
    stored_zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
    ])
}

/// A zip of entries that are not packed.
fn stored_zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let four = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    let two = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    for (name, data) in files {
        let at = out.len();
        let mut crc = flate2::Crc::new();
        crc.update(data);
        let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        fields.extend(crc.sum().to_le_bytes());
        fields.extend([four(data.len()), four(data.len())].concat());
        fields.extend([two(name.len()), two(0)].concat());
        out.extend([b"PK\x03\x04", fields.as_slice(), name.as_bytes(), data].concat());
        directory.extend(
            [
                b"PK\x01\x02\x14\0",
                fields.as_slice(),
                &[0; 10],
                &four(at),
                name.as_bytes(),
            ]
            .concat(),
        );
    }
    let (at, length) = (four(out.len()), four(directory.len()));
    let count = two(files.len());
    out.extend(directory);
    out.extend(
        [
            b"PK\x05\x06\0\0\0\0",
            count.as_slice(),
            &count,
            &length,
            &at,
            &[0, 0],
        ]
        .concat(),
    );
    out
}
