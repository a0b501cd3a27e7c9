//! The files that make a PC or a phone trust the office's certificates, one a system. Each carries the certificate inside:
//! there is nothing to fetch and nothing to find. Pure: the root in, bytes out.
//! Invariant: what the office calls itself is text in these files and can be nothing else.

use crate::kit::csv::gbk;
use crate::kit::hash::base64;
use crate::web::tls::authority::Root;

/// Lines of a certificate as text.
fn pem(root: &Root) -> Vec<String> {
    let body = base64(&root.der);
    let mut lines = vec!["-----BEGIN CERTIFICATE-----".to_owned()];
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(64).unwrap_or((rest, ""));
        lines.push(line.to_owned());
        rest = after;
    }
    lines.push("-----END CERTIFICATE-----".to_owned());
    lines
}

/// Without what a console, a shell or a property list reads as its own.
fn plain(text: &str) -> String {
    let strange = |c: &char| !c.is_control() && !"&|<>^%!\"'`$\\()".contains(*c);
    text.chars().filter(strange).collect()
}

/// For Windows 7 and later: the user's own list of roots, which Edge, Chrome, 360 and 奇安信 all read. No rights of an
/// administrator are wanted; Windows itself asks once more.
pub(super) fn bat(root: &Root, (office, https): (&str, &str)) -> Vec<u8> {
    let mut all = vec![
        "@echo off".to_owned(),
        "chcp 936 >nul".to_owned(),
        "title 安装办公平台的证书".to_owned(),
        "echo.".to_owned(),
        format!("echo   单位：{}", plain(office)),
        format!("echo   证书：{}", root.name),
        format!("echo   指纹：{}", root.thumbprint()),
        "echo.".to_owned(),
        "echo   按任意键以后，Windows 会问要不要安装这个证书。".to_owned(),
        "echo   它显示的“指纹 (sha1)”和上面的一样，就点“是”。".to_owned(),
        "echo.".to_owned(),
        "pause".to_owned(),
        "set \"F=%TEMP%\\inkstone-root.cer\"".to_owned(),
    ];
    for (n, line) in pem(root).iter().enumerate() {
        let arrow = if n == 0 { ">" } else { ">>" };
        all.push(format!("{arrow}\"%F%\" echo {line}"));
    }
    all.extend(
        [
            "certutil -user -addstore Root \"%F%\"",
            "if errorlevel 1 goto bad",
            "del \"%F%\"",
            "echo.",
            "echo   装好了。请把浏览器的窗口全部关掉，再打开：",
        ]
        .map(str::to_owned),
    );
    all.push(format!("echo   {https}"));
    all.extend(
        [
            "pause",
            "exit /b 0",
            ":bad",
            "del \"%F%\"",
            "echo.",
            "echo   没有装上。可能是刚才点了“否”，也可能被安全软件拦住了：",
            "echo   请再双击一次这个文件，安全软件问起时选“允许”。",
            "pause",
            "exit /b 1",
        ]
        .map(str::to_owned),
    );
    let mut text = all.join("\r\n");
    text.push_str("\r\n");
    gbk(&text)
}

/// For 统信 UOS and 麒麟: the lists of the browsers (NSS), and the system's own where its owner says yes.
pub(super) fn sh(root: &Root, (office, https): (&str, &str)) -> Vec<u8> {
    let pem = pem(root).join("\n");
    let (office, name) = (plain(office), plain(&root.name));
    let fingerprint = root.fingerprint();
    format!(
        r#"#!/bin/sh
# 安装办公平台的证书（统信 UOS、麒麟）。请用平时登录的用户运行，不要用 root：
#   在这个文件上点右键，在终端中打开，输入  sh uos.sh
name='{name}'
crt=$(mktemp) || exit 1
trap 'rm -f "$crt"' EXIT
cat > "$crt" <<'PEM'
{pem}
PEM
echo '  单位：{office}'
echo '  证书：{name}'
echo '  指纹：{fingerprint}'
echo
found=no
bad=no
add() {{
  certutil -d "sql:$1" -D -n "$name" >/dev/null 2>&1
  if certutil -d "sql:$1" -A -t C,, -n "$name" -i "$crt"; then found=yes; else bad=yes; fi
}}
if command -v certutil >/dev/null 2>&1; then
  own="$HOME/.pki/nssdb"
  if [ ! -f "$own/cert9.db" ]; then
    mkdir -p "$own" && certutil -d "sql:$own" -N --empty-password
  fi
  add "$own"
  for db in "$HOME"/.mozilla/firefox/*/cert9.db; do
    if [ -f "$db" ]; then add "${{db%/cert9.db}}"; fi
  done
else
  echo '  这台电脑没有 certutil，浏览器的证书要先装它再运行一次：'
  echo '    统信 UOS：sudo apt install libnss3-tools'
  echo '    麒麟：sudo apt install libnss3-tools，或者 sudo yum install nss-tools'
fi
lifted() {{
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}}
printf '  要不要给整台电脑也装上？要输开机密码。输 y 再按回车，不要就直接按回车：'
if read -r answer && [ "$answer" = y ]; then
  if command -v update-ca-certificates >/dev/null 2>&1; then
    lifted install -m 644 "$crt" /usr/local/share/ca-certificates/inkstone-root.crt && lifted update-ca-certificates && found=yes
  elif command -v update-ca-trust >/dev/null 2>&1; then
    lifted install -m 644 "$crt" /etc/pki/ca-trust/source/anchors/inkstone-root.crt && lifted update-ca-trust && found=yes
  else
    echo '  这个系统没有统一的证书目录，跳过。'
  fi
fi
echo
if [ "$found" = yes ] && [ "$bad" = no ]; then
  echo '  装好了。请把浏览器的窗口全部关掉，再打开：'
  echo '  {https}'
else
  echo '  没有装全，请照上面的提示做，或者找管理员。'
  exit 1
fi
"#
    )
    .into_bytes()
}

/// For iPhone and iPad: a profile with the root in it. It has to be switched on in the settings afterwards.
pub(super) fn profile(root: &Root, office: &str) -> Vec<u8> {
    let [whole, part] = root.numbers();
    let (office, name, data) = (plain(office), plain(&root.name), base64(&root.der));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadCertificateFileName</key><string>root.crt</string>
      <key>PayloadContent</key><data>{data}</data>
      <key>PayloadDescription</key><string>打开本单位的办公平台用</string>
      <key>PayloadDisplayName</key><string>{name}</string>
      <key>PayloadIdentifier</key><string>inkstone.root.{part}</string>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadUUID</key><string>{part}</string>
      <key>PayloadVersion</key><integer>1</integer>
    </dict>
  </array>
  <key>PayloadDescription</key><string>只用来打开本单位的办公平台</string>
  <key>PayloadDisplayName</key><string>{office}办公平台证书</string>
  <key>PayloadIdentifier</key><string>inkstone.{whole}</string>
  <key>PayloadRemovalDisallowed</key><false/>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadUUID</key><string>{whole}</string>
  <key>PayloadVersion</key><integer>1</integer>
</dict>
</plist>
"#
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Millis;
    use crate::kit::csv::decode;

    fn root() -> Root {
        Root {
            name: "砚台局域网证书 4F2A9C".into(),
            der: (0..200).collect(),
            names: Vec::new(),
            also: Vec::new(),
            until: Millis(0),
        }
    }

    const EVIL: (&str, &str) = (
        "砚田镇\r\ndel /s & $(rm) `x` </string> 'y' %PATH%",
        "https://192.168.1.20",
    );

    #[test]
    fn windows_reads_it_in_its_own_letters_and_lines() {
        let bytes = bat(&root(), EVIL);
        let text = decode(&bytes).unwrap_or_default();
        assert!(std::str::from_utf8(&bytes).is_err(), "GBK, not UTF-8");
        assert!(text.contains("证书：砚台局域网证书 4F2A9C") && text.contains("点“是”"));
        assert!(!text.contains('?'), "a sign GBK does not have");
        assert!(text.ends_with("exit /b 1\r\n"));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(text.contains("certutil -user -addstore Root \"%F%\"\r\n"));
        assert!(text.contains(">\"%F%\" echo -----BEGIN CERTIFICATE-----\r\n>>\"%F%\" echo AAEC"));
        assert!(
            text.contains("单位：砚田镇del /s  rm x /string y PATH\r\n"),
            "{text}"
        );
    }

    #[test]
    fn nothing_of_the_office_is_obeyed() {
        for bytes in [sh(&root(), EVIL), profile(&root(), EVIL.0)] {
            let text = String::from_utf8(bytes).unwrap_or_default();
            assert!(text.contains("砚田镇del /s  rm x /string y PATH"), "{text}");
            assert!(!text.contains('\r'));
        }
    }
}
