//! The sRGB colour profile (IEC 61966-2-1) as an ICC v2 file, made here from its numbers: nothing to license or to load.
//! Not here: any other colour space. Invariant: three matrix columns that add up to the D50 white, one tone curve.

/// Points of the tone curve.
const STEPS: u16 = 1024;
/// Red, green, blue and white in XYZ, adapted to D50 by Bradford, as the reference profile has them.
const COLOURS: [(&[u8; 4], [f64; 3]); 4] = [
    (b"rXYZ", [0.436_07, 0.222_49, 0.013_92]),
    (b"gXYZ", [0.385_15, 0.716_87, 0.097_08]),
    (b"bXYZ", [0.143_07, 0.060_61, 0.714_10]),
    (b"wtpt", [0.964_20, 1.000_00, 0.824_91]),
];
const NAME: &[u8] = b"sRGB\0";
const RIGHTS: &[u8] = b"public domain\0";

/// The file.
pub(super) fn srgb() -> Vec<u8> {
    let mut body = Vec::new();
    let mut tags: Vec<([u8; 4], usize, usize)> = Vec::new();
    let mut put = |names: &[&[u8; 4]], data: Vec<u8>| {
        for name in names {
            tags.push((**name, body.len(), data.len()));
        }
        body.extend(data);
        body.resize(body.len().next_multiple_of(4), 0);
    };
    put(&[b"desc"], description());
    put(&[b"cprt"], [b"text\0\0\0\0", RIGHTS].concat());
    for (name, xyz) in COLOURS {
        let numbers = xyz.iter().flat_map(|v| fixed(*v));
        put(
            &[name],
            b"XYZ \0\0\0\0".iter().copied().chain(numbers).collect(),
        );
    }
    put(&[b"rTRC", b"gTRC", b"bTRC"], curve());
    let table = 128 + 4 + tags.len() * 12;
    let mut out = header(table + body.len());
    out.extend(long(tags.len()));
    for (name, at, size) in tags {
        out.extend(name);
        out.extend(long(table + at));
        out.extend(long(size));
    }
    out.extend(body);
    out
}

fn header(size: usize) -> Vec<u8> {
    let mut out = long(size).to_vec();
    out.extend(*b"\0\0\0\0\x02\x10\0\0mntrRGB XYZ ");
    // the day the reference profile bears
    for part in [1998_u16, 2, 9, 6, 49, 0] {
        out.extend(part.to_be_bytes());
    }
    out.extend(*b"acsp");
    // no platform, flags, device or intent: zeros until the illuminant
    out.resize(68, 0);
    for v in [0.9642, 1.0, 0.8249] {
        out.extend(fixed(v));
    }
    out.resize(128, 0);
    out
}

fn description() -> Vec<u8> {
    let mut out = b"desc\0\0\0\0".to_vec();
    out.extend(long(NAME.len()));
    out.extend(NAME);
    // no Unicode and no script-code name
    out.resize(out.len() + 4 + 4 + 2 + 1 + 67, 0);
    out
}

fn curve() -> Vec<u8> {
    let mut out = b"curv\0\0\0\0".to_vec();
    out.extend(long(usize::from(STEPS)));
    for step in 0..STEPS {
        let v = f64::from(step) / f64::from(STEPS - 1);
        let light = if v <= 0.04045 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        };
        out.extend(whole(light * 65535.0).to_be_bytes());
    }
    out
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 65535 by its use above; a cast saturates"
)]
fn whole(v: f64) -> u16 {
    v.round() as u16
}

/// s15Fixed16.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the numbers above are at most one; a cast saturates"
)]
fn fixed(v: f64) -> [u8; 4] {
    ((v * 65536.0).round() as i32).to_be_bytes()
}

fn long(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_places_are_those_of_the_file() {
        let file = srgb();
        let long =
            |at: usize| u32::from_be_bytes(file.get(at..at + 4).unwrap().try_into().unwrap());
        assert_eq!(long(0) as usize, file.len());
        assert_eq!(file.get(36..40).unwrap(), b"acsp");
        let tags = long(128) as usize;
        assert_eq!(tags, 9);
        for n in 0..tags {
            let (at, size) = (
                long(132 + n * 12 + 4) as usize,
                long(132 + n * 12 + 8) as usize,
            );
            assert!(at % 4 == 0 && at + size <= file.len(), "tag {n}");
        }
    }

    #[test]
    fn the_colours_add_up_to_white() {
        for axis in 0..3 {
            let [r, g, b, w] = COLOURS.map(|(_, xyz)| *xyz.get(axis).unwrap());
            assert!(
                (r + g + b - w).abs() < 0.001,
                "axis {axis}: {r} {g} {b} {w}"
            );
        }
    }
}
