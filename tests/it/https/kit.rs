//! The files that make a PC trust: what is in each, and that the shell reads its own.

use super::Server;
use crate::support::town::Folder;
use inkstone::kit::csv::decode;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

#[test]
fn every_system_has_its_file() {
    let folder = Folder::new("https-kit");
    let server = Server::new(&folder);
    let mut lan = server.lan();
    let page = lan.get("/trust");
    assert_eq!(page.status, 200);
    let text = page.text();
    let root = server.tls().root();
    let test = format!("https://127.0.0.2:{}/trust/ok", server.https_port());
    for part in [
        root.name.as_str(),
        &root.fingerprint(),
        &root.thumbprint(),
        &test,
        "火狐",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let crt = lan.get("/trust/root.crt");
    assert_eq!(
        crt.header("Content-Type"),
        Some("application/x-x509-ca-cert")
    );
    assert_eq!(crt.body, root.der);

    let bat = lan.get("/trust/windows.bat");
    let name = bat.header("Content-Disposition").unwrap();
    assert!(
        name.starts_with("attachment") && name.contains("%E5%AE%89%E8%A3%85"),
        "{name}"
    );
    let text = decode(&bat.body).unwrap();
    assert!(
        text.contains("墨川县砚田镇人民政府") && text.contains(&root.thumbprint()),
        "{text}"
    );
    assert!(text.contains("certutil -user -addstore Root"));

    let profile = lan.get("/trust/iphone.mobileconfig");
    assert_eq!(
        profile.header("Content-Type"),
        Some("application/x-apple-aspen-config")
    );
    let text = profile.text();
    assert!(
        text.contains("com.apple.security.root") && text.contains("<data>MII"),
        "{text}"
    );

    assert!(
        lan.get("/trust/ok")
            .text()
            .contains("不是用加密的地址打开的")
    );
    let proved = server.sealed().get("/trust/ok").text();
    assert!(proved.contains("装好了"), "{proved}");
    let image = server.lan().get("/trust.gif").body;
    assert!(image::load_from_memory(&image).is_ok());
}

#[test]
fn the_shell_puts_it_into_the_lists_of_the_browsers() {
    let folder = Folder::new("https-sh");
    let server = Server::new(&folder);
    let script = folder.0.join("uos.sh");
    std::fs::write(&script, server.lan().get("/trust/uos.sh").body).unwrap();
    let (home, bin) = (folder.0.join("home"), folder.0.join("bin"));
    let fox = home.join(".mozilla/firefox/a.default");
    std::fs::create_dir_all(&fox).unwrap();
    std::fs::create_dir_all(&bin).unwrap();
    std::fs::write(fox.join("cert9.db"), b"").unwrap();
    // what the real one is asked, and the certificate it is given
    let told = folder.0.join("told");
    let fake = format!(
        "#!/bin/sh\necho \"$*\" >> '{0}'\nfor last; do :; done\nif [ -f \"$last\" ]; then cp \"$last\" '{0}.pem'; fi\n",
        told.display()
    );
    std::fs::write(bin.join("certutil"), fake).unwrap();
    std::fs::set_permissions(bin.join("certutil"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let done = Command::new("sh")
        .arg(&script)
        .env("HOME", &home)
        .env("PATH", path)
        // nobody answers: the system's own list is left alone
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success() && said.contains("装好了"), "{said}");
    assert!(said.contains(&server.tls().root().fingerprint()));
    let told_text = std::fs::read_to_string(&told).unwrap();
    let name = &server.tls().root().name;
    for list in [home.join(".pki/nssdb"), fox] {
        let line = format!("-d sql:{} -A -t C,, -n {name} -i ", list.display());
        assert!(told_text.contains(&line), "{line} in {told_text}");
    }
    let pem = told.with_extension("pem");
    let der = Command::new("openssl")
        .args(["x509", "-outform", "der", "-in"])
        .arg(pem)
        .output()
        .unwrap();
    assert_eq!(der.stdout, server.tls().root().der);
}
