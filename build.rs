//! Gives the Windows program its icon, its manifest and what the file's properties say about it; other systems need
//! nothing. No crate: one resource script and one call of the linker's own resource compiler.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=assets/windows");
    let target = (
        env::var("CARGO_CFG_TARGET_OS")?,
        env::var("CARGO_CFG_TARGET_ENV")?,
    );
    match (target.0.as_str(), target.1.as_str()) {
        ("windows", "gnu") => resources(),
        _ => Ok(()),
    }
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
