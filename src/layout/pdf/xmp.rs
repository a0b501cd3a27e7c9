//! The packet of words about a PDF (ISO 16684-1) that names its archival profile (ISO 19005-2).
//! Not here: the document information, which must say the same.

use super::super::meta::Meta;
use crate::kit::text::escaped;

/// What made the file.
pub(super) const CREATOR: &str = "砚台 Inkstone";

/// One line without control characters.
pub(in super::super) fn clean(text: &str) -> String {
    let one = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(one).collect::<String>().trim().to_owned()
}

/// The packet, readable and not to be padded: the file is not mended in place.
pub(super) fn packet(meta: &Meta) -> String {
    let word = |text: &str| escaped(&clean(text));
    let mut dc = format!(
        "<dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:title>",
        word(&meta.title)
    );
    if !meta.author.is_empty() {
        dc += &format!(
            "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>",
            word(&meta.author)
        );
    }
    if !meta.number.is_empty() {
        dc += &format!(
            "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:description>",
            word(&meta.number)
        );
    }
    let at = meta.instant();
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>{dc}\
<xmp:CreatorTool>{CREATOR}</xmp:CreatorTool><xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>\
<pdf:Producer>{CREATOR}</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>"
    )
}
