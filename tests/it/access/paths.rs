//! S10, S11, S65: addresses that other programs of offices have answered, guesses at files, debug doors. Nothing here
//! is a path on a disk, so there is nothing to find; each list is asked by nobody and by an administrator.

use super::office::{HERE, LAN, Office};
use crate::support::http::Request;

/// What scanners ask of 通达, 泛微, 致远, 蓝凌, 用友, 万户, 信呼, 红帆 and others (public templates of scanners).
const OTHERS: &[&str] = &[
    "/ispirit/im/upload.php",
    "/ispirit/interface/gateway.php",
    "/mac/gateway.php",
    "/general/login_code.php",
    "/logincheck_code.php",
    "/mobile/auth_mobi.php?isAvatar=1&uid=1&P_VER=0",
    "/module/upload/upload.php",
    "/general/appbuilder/web/report/repdetail/edit?id=1",
    "/general/data_center/utils/upload.php?action=upload",
    "/general/document/index.php/recv/register/insert",
    "/inc/package/down.php?id=../../../cache/org",
    "/interface/auth.php?PASSWORD=1&USER_ID=1",
    "/pda/auth.php",
    "/share/handle.php",
    "/weaver/bsh.servlet.BshServlet",
    "/bsh.servlet.BshServlet",
    "/weaver/ln.FileDownload?fpath=../ecology/WEB-INF/web.xml",
    "/weaver/weaver.common.Ctrl/.css?arg0=x",
    "/weaver/weaver.file.SignatureDownLoad?markId=0",
    "/page/exportImport/uploadOperation.jsp",
    "/mobile/plugin/VerifyQuickLogin.jsp",
    "/mobile/browser/WorkflowCenterTreeData.jsp?node=1",
    "/js/hrm/getdata.jsp?cmd=getSelectAllId&sql=select+1",
    "/general/index/UploadFile.php?m=uploadPicture",
    "/E-mobile/App/System/UserSelect/index.php",
    "/building/backmgr/urlpage/mobileurl/configfile/jx2_config.ini",
    "/inc/group_user_list/group_xml.php?par=1",
    "/upgrade/detail.jsp/login/LoginSSO.jsp?id=1",
    "/iweboffice/officeserver.php?OPTION=LOADFILE",
    "/services/WorkflowServiceXml",
    "/sysinterface/codeEdit.jsp?filename=x.jsp",
    "/messageType.do",
    "/seeyon/htmlofficeservlet",
    "/seeyon/thirdpartyController.do.css/..;/ajax.do",
    "/seeyon/autoinstall.do.css/..;/ajax.do",
    "/seeyon/wpsAssistServlet?flag=save",
    "/seeyon/webmail.do?method=doDownloadAtt&filePath=../conf/x",
    "/yyoa/ext/https/getSessionList.jsp?cmd=getAll",
    "/yyoa/common/js/menu/test.jsp?doType=101&S1=1",
    "/yyoa/createMysql.jsp",
    "/yyoa/DownExcelBeanServlet?contenttype=username",
    "/yyoa/assess/js/initDataAssess.jsp",
    "/seeyon/main.do?method=login",
    "/seeyon/management/status.jsp",
    "/seeyon/M1Server/userTokenService",
    "/sys/ui/extend/varkind/custom.jsp",
    "/data/sys-common/treexml.tmpl",
    "/sys/search/sys_search_main/sysSearchMain.do?method=editParam",
    "/admin.do?method=testDbConn",
    "/eis/service/api.aspx?action=saveImg",
    "/sys/webservice/sysTagWebService",
    "/NCFindWeb?service=IPreAlertConfigService&filename=",
    "/servlet/~ic/bsh.servlet.BshServlet",
    "/ServiceDispatcherServlet",
    "/uapws/service/nc.uap.oba.update.IUpdateService?wsdl",
    "/UploadFileData?action=upload_file",
    "/Proxy",
    "/system/mediafile/templateOfTaohong_manager.jsp?path=/../../../",
    "/yyoa/HJ/iSignatureHtmlServer.jsp",
    "/defaultroot/DownloadServlet?modeType=0&key=x&path=..&FileName=WEB-INF/web.xml",
    "/defaultroot/download_ftp.jsp?path=/../WEB-INF/&name=aaa&FileName=web.xml",
    "/defaultroot/download_old.jsp?path=..&name=x&FileName=index.jsp",
    "/defaultroot/iWebOfficeSign/OfficeServer.jsp/../../TeleConferenceService",
    "/defaultroot/public/edit/smartUpload.jsp?path=information",
    "/defaultroot/upload/fileUpload.controller",
    "/defaultroot/platform/custom/customizecenter/js/DocumentEdit.jsp?RecordID=1",
    "/index.php?m=login&a=loginCheck",
    "/api.php?m=reimplat",
    "/task.php?m=beifen&a=chushihua",
    "/ioffice/prg/set/iocom/ioFileExport.aspx?url=/web.config",
    "/iOffice/prg/set/report/iorepsavexml.aspx",
    "/x_organization_assemble_authentication/jaxrs/authentication",
    "/x_program_center/jaxrs/invoke",
    "/ajax/getemaildata.php?DontCheckLogin=1&filePath=/",
    "/webservice/upload.php",
    "/kindeditor/php/upload_json.php?dir=file",
    "/ueditor/net/controller.ashx?action=catchimage",
    "/FCKeditor/editor/filemanager/connectors/uploadtest.html",
    "/struts/webconsole.html",
    "/jmx-console/",
    "/invoker/JMXInvokerServlet",
    "/phpmyadmin/index.php",
    "/console/css/%252e%252e%252fconsole.portal",
];

/// Files somebody might have left, and doors of frameworks.
const GUESSES: &[&str] = &[
    "/hub.db",
    "/data.db",
    "/data.db-wal",
    "/index.db",
    "/volumes/0001.vol",
    "/volumes/0001.att",
    "/machine.key",
    "/backup/",
    "/backup/hub.db",
    "/hub.bak",
    "/db.sql",
    "/backup.zip",
    "/www.tar.gz",
    "/.git/HEAD",
    "/.git/config",
    "/.svn/entries",
    "/.env",
    "/.DS_Store",
    "/config",
    "/config.json",
    "/web.config",
    "/WEB-INF/web.xml",
    "/logs",
    "/logs/inkstone.log",
    "/inkstone.log",
    "/spool/",
    "/export/people.xlsx",
    "/export/register.xlsx",
    "/robots.txt~",
    "/crossdomain.xml",
    "/server-status",
    "/actuator",
    "/actuator/env",
    "/actuator/heapdump",
    "/debug",
    "/debug/pprof/",
    "/debug/vars",
    "/metrics",
    "/trace",
    "/swagger-ui.html",
    "/v2/api-docs",
    "/graphql",
    "/test",
    "/demo",
    "/phpinfo.php",
    "/console",
    "/manager/html",
    "/druid/index.html",
];

/// Ways out of a folder.
const WAYS_OUT: &[&str] = &[
    "/download?path=/etc/passwd",
    "/download?file=../../hub.db",
    "/file?name=hub.db",
    "/static/../hub.db",
    "/static/%2e%2e/hub.db",
    "/static/%252e%252e/hub.db",
    "/static/..;/hub.db",
    "/static/..%5c..%5chub.db",
    "/static/%c0%ae%c0%ae/hub.db",
    "/..%2f..%2fetc/passwd",
    "//etc/passwd",
    "/./hub.db",
    "/help/../../hub.db",
    "/help/%2e%2e%2fhub.db",
    "/case/../../hub.db",
    "/a/../machine.key",
    "/C:/Windows/win.ini",
];

fn gone(office: &Office, lists: &[&[&str]]) {
    let mut nobody = office.visitor(LAN);
    let mut admin = office.enter("管事成", HERE);
    assert_eq!(admin.get("/admin").status, 200, "the set-up: logged in");
    for path in lists.iter().copied().flatten() {
        for (who, http) in [("nobody", &mut nobody), ("admin", &mut admin)] {
            for method in ["GET", "POST"] {
                let reply = http.send(&Request::new(method, path));
                let no = matches!(reply.status, 400 | 403 | 404 | 405 | 414);
                assert!(no, "{who} {method} {path}: {}", reply.status);
                let text = reply.text();
                assert!(
                    !text.contains("root:") && !text.contains("SQLite format"),
                    "{path}"
                );
            }
            let looked = http.get(path);
            assert!(
                matches!(looked.status, 400 | 404),
                "{who} {path}: {}",
                looked.status
            );
        }
    }
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s11_what_scanners_ask_of_other_offices_is_not_here() {
    assert!(OTHERS.len() >= 60);
    gone(&Office::new("paths"), &[OTHERS]);
}

#[test]
fn s10_s65_no_file_no_way_out_and_no_side_door() {
    let office = Office::new("paths-out");
    // /backup and /storage are pages of ours for whoever may open them
    let guesses: Vec<&str> = GUESSES
        .iter()
        .copied()
        .filter(|p| *p != "/backup/")
        .collect();
    gone(&office, &[&guesses, WAYS_OUT]);
    for method in ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG"] {
        let reply = office.visitor(LAN).send(&Request::new(method, "/login"));
        assert!(
            matches!(reply.status, 400 | 404 | 405 | 501),
            "{method}: {}",
            reply.status
        );
        assert!(!reply.text().contains("Cookie:"), "{method} echoes");
    }
}
