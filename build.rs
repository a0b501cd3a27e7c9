//! Packs the procedures that ship, tells the program whose update packages it takes, and gives the Windows program its icon, its
//! manifest and what the file's properties say about it: one resource script and one call of the linker's own resource compiler.
//! Invariant: no release build takes what the key of the tests signed; its private half lies in the tree for everybody.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

const PROCEDURES: &str = "assets/procedures";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=assets/windows");
    println!("cargo:rerun-if-changed={PROCEDURES}");
    procedures()?;
    publishers()?;
    let target = (
        env::var("CARGO_CFG_TARGET_OS")?,
        env::var("CARGO_CFG_TARGET_ENV")?,
    );
    match (target.0.as_str(), target.1.as_str()) {
        ("windows", "gnu") => resources(),
        _ => Ok(()),
    }
}

/// One zlib stream in the order of menus, a zero byte after each text (`src/engine/shipped.rs`).
fn procedures() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(PROCEDURES);
    let out = File::create(Path::new(&env::var("OUT_DIR")?).join("procedures"))?;
    let mut out = ZlibEncoder::new(out, Compression::best());
    for name in fs::read_to_string(folder.join("ORDER"))?.lines() {
        out.write_all(&fs::read(folder.join(name).with_extension("toml"))?)?;
        out.write_all(&[0])?;
    }
    out.finish()?;
    Ok(())
}

/// `INKSTONE_PUBLISHER`: public keys (ed25519, hexadecimal, commas between); a debug build without takes the tests' own.
fn publishers() -> Result<(), Box<dyn Error>> {
    const OF_TESTS: &str = "tests/it/update/publisher.pub";
    println!("cargo:rerun-if-env-changed=INKSTONE_PUBLISHER");
    println!("cargo:rerun-if-changed={OF_TESTS}");
    let told = env::var("INKSTONE_PUBLISHER").unwrap_or_default();
    let mut keys: Vec<String> = told.split(',').map(|k| k.trim().to_lowercase()).collect();
    keys.retain(|k| !k.is_empty());
    let is_key = |k: &String| k.len() == 64 && k.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(bad) = keys.iter().find(|k| !is_key(k)) {
        return Err(
            format!("INKSTONE_PUBLISHER: {bad} is no ed25519 public key in hexadecimal").into(),
        );
    }
    let of_tests = fs::read_to_string(OF_TESTS).unwrap_or_default();
    let of_tests = of_tests.trim().to_owned();
    match env::var("PROFILE")?.as_str() {
        "debug" if keys.is_empty() => keys.extend(Some(of_tests).filter(|k| !k.is_empty())),
        "debug" => {}
        _ if keys.contains(&of_tests) => {
            return Err(
                "INKSTONE_PUBLISHER is the key of the tests, which anybody can sign with".into(),
            );
        }
        _ => {}
    }
    println!("cargo:rustc-env=INKSTONE_PUBLISHERS={}", keys.join(","));
    Ok(())
}

fn resources() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    let (script, object) = (
        Path::new(&out).join("inkstone.rc"),
        Path::new(&out).join("inkstone.o"),
    );
    fs::write(&script, words(&env::var("CARGO_PKG_VERSION")?))?;
    let ours = match env::var("HOST")?.contains("windows") {
        true => "windres",
        false => "x86_64-w64-mingw32-windres",
    };
    let made = Command::new(ours)
        .args(["--codepage=65001", "-I", "assets/windows", "-i"])
        .arg(&script)
        .arg("-o")
        .arg(&object)
        .status()?;
    if !made.success() {
        return Err(format!("{ours} ended with {made}").into());
    }
    println!("cargo:rustc-link-arg-bins={}", object.display());
    Ok(())
}

/// The resource script: 1 is the icon the shell shows, 24 a manifest, 080404b0 simplified Chinese in Unicode.
fn words(version: &str) -> String {
    let numbers = format!("{},0", version.replace('.', ","));
    format!(
        r#"1 ICON "inkstone.ico"
1 24 "inkstone.manifest"
1 VERSIONINFO
FILEVERSION {numbers}
PRODUCTVERSION {numbers}
FILEOS 0x40004
FILETYPE 0x1
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "080404b0"
    BEGIN
      VALUE "ProductName", "砚台"
      VALUE "FileDescription", "砚台　乡镇机关办公平台"
      VALUE "ProductVersion", "{version}"
      VALUE "FileVersion", "{version}"
      VALUE "InternalName", "inkstone"
      VALUE "OriginalFilename", "inkstone.exe"
      VALUE "LegalCopyright", "MIT 许可"
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x804, 1200
  END
END
"#
    )
}
