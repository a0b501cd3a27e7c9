//! The service manager of Windows: puts the office into its list, starts it, takes it out, and runs it where the manager asks.
//! Invariant: a handle is closed where it was opened; the account is LocalService, which may do little on the PC.
#![expect(
    unsafe_code,
    reason = "functions of the service manager; each gets owned strings and handles of this frame"
)]

use super::desktop::{line, wide};
use std::ffi::{OsString, c_void};
use std::io;
use std::mem::zeroed;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver, Sender};
use windows_sys::Win32::Foundation::{ERROR_CALL_NOT_IMPLEMENTED, ERROR_SERVICE_EXISTS};
use windows_sys::Win32::System::Services::{
    ChangeServiceConfig2W, ChangeServiceConfigW, CloseServiceHandle, ControlService,
    CreateServiceW, DeleteService, OpenSCManagerW, OpenServiceW, QUERY_SERVICE_CONFIGW,
    QueryServiceConfigW, QueryServiceStatus, RegisterServiceCtrlHandlerExW, SC_ACTION,
    SC_ACTION_RESTART, SC_HANDLE, SC_MANAGER_CONNECT, SC_MANAGER_CREATE_SERVICE,
    SERVICE_ACCEPT_SHUTDOWN, SERVICE_ACCEPT_STOP, SERVICE_ALL_ACCESS, SERVICE_AUTO_START,
    SERVICE_CONFIG_DELAYED_AUTO_START_INFO, SERVICE_CONFIG_DESCRIPTION,
    SERVICE_CONFIG_FAILURE_ACTIONS, SERVICE_CONTROL_INTERROGATE, SERVICE_CONTROL_SHUTDOWN,
    SERVICE_CONTROL_STOP, SERVICE_DELAYED_AUTO_START_INFO, SERVICE_DESCRIPTIONW,
    SERVICE_ERROR_NORMAL, SERVICE_FAILURE_ACTIONSW, SERVICE_QUERY_CONFIG, SERVICE_QUERY_STATUS,
    SERVICE_RUNNING, SERVICE_STATUS, SERVICE_STATUS_HANDLE, SERVICE_STOPPED, SERVICE_TABLE_ENTRYW,
    SERVICE_WIN32_OWN_PROCESS, SetServiceStatus, StartServiceCtrlDispatcherW, StartServiceW,
};

const NAME: &str = "Inkstone";
const ACCOUNT: &str = r"NT AUTHORITY\LocalService";
/// Started again after 5 s, 5 s and 60 s; the count begins anew after a day.
const AGAIN_MS: [u32; 3] = [5_000, 5_000, 60_000];
/// Bytes, by the manual of `QueryServiceConfigW`.
const MOST_CONFIG: usize = 8192;
const DAY_SECONDS: u32 = 86_400;

/// What runs as the service: it ends where something comes, and says whether all was well.
type Work = Box<dyn Fn(Receiver<()>) -> bool + Send + Sync>;

/// The manager's entry into the program takes no argument of ours; set once, before it is called.
static WORK: OnceLock<Work> = OnceLock::new();

/// What the manager has of the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installed {
    pub running: bool,
}

/// A handle of the manager, closed with it.
struct Handle(SC_HANDLE);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: opened by one of the functions below and closed only here
        let _ = unsafe { CloseServiceHandle(self.0) };
    }
}

fn checked(handle: SC_HANDLE) -> io::Result<Handle> {
    match handle.is_null() {
        true => Err(io::Error::last_os_error()),
        false => Ok(Handle(handle)),
    }
}

fn done(result: i32) -> io::Result<()> {
    match result {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

fn manager(access: u32) -> io::Result<Handle> {
    // SAFETY: null is this PC and its only list
    checked(unsafe { OpenSCManagerW(null(), null(), access) })
}

fn office(access: u32) -> io::Result<Handle> {
    let (manager, name) = (manager(SC_MANAGER_CONNECT)?, wide(NAME));
    // SAFETY: the string ends in 0 and outlives the call
    checked(unsafe { OpenServiceW(manager.0, name.as_ptr(), access) })
}

/// Puts the office into the list, or says anew what belongs to it.
pub fn add(program: &Path, words: &[OsString]) -> io::Result<()> {
    let mut whole = vec![program.as_os_str().to_owned()];
    whole.extend_from_slice(words);
    let manager = manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE)?;
    let (name, title) = (wide(NAME), wide("砚台　乡镇机关办公平台"));
    let (command, account) = (wide(line(&whole)), wide(ACCOUNT));
    // SAFETY: strings end in 0 and outlive the calls; null means "none" for what is left out
    let made = checked(unsafe {
        CreateServiceW(
            manager.0,
            name.as_ptr(),
            title.as_ptr(),
            SERVICE_ALL_ACCESS,
            SERVICE_WIN32_OWN_PROCESS,
            SERVICE_AUTO_START,
            SERVICE_ERROR_NORMAL,
            command.as_ptr(),
            null(),
            null_mut(),
            null(),
            account.as_ptr(),
            null(),
        )
    });
    let made = match made {
        Err(e) if e.raw_os_error() == Some(ERROR_SERVICE_EXISTS.cast_signed()) => {
            let kept = office(SERVICE_ALL_ACCESS)?;
            // SAFETY: as above
            done(unsafe {
                ChangeServiceConfigW(
                    kept.0,
                    SERVICE_WIN32_OWN_PROCESS,
                    SERVICE_AUTO_START,
                    SERVICE_ERROR_NORMAL,
                    command.as_ptr(),
                    null(),
                    null_mut(),
                    null(),
                    account.as_ptr(),
                    null(),
                    title.as_ptr(),
                )
            })?;
            kept
        }
        made => made?,
    };
    describe(&made);
    Ok(())
}

/// Words in the list, a start after what is more urgent, and again after a crash. The office starts without them too.
fn describe(office: &Handle) {
    let mut said = wide("全单位从浏览器打开的办公平台。停了，大家就打不开。");
    let words = SERVICE_DESCRIPTIONW {
        lpDescription: said.as_mut_ptr(),
    };
    let late = SERVICE_DELAYED_AUTO_START_INFO {
        fDelayedAutostart: 1,
    };
    let mut acts = AGAIN_MS.map(|delay| SC_ACTION {
        Type: SC_ACTION_RESTART,
        Delay: delay,
    });
    let again = SERVICE_FAILURE_ACTIONSW {
        dwResetPeriod: DAY_SECONDS,
        lpRebootMsg: null_mut(),
        lpCommand: null_mut(),
        cActions: 3,
        lpsaActions: acts.as_mut_ptr(),
    };
    let all: [(u32, *const c_void); 3] = [
        (SERVICE_CONFIG_DESCRIPTION, (&raw const words).cast()),
        (
            SERVICE_CONFIG_DELAYED_AUTO_START_INFO,
            (&raw const late).cast(),
        ),
        (SERVICE_CONFIG_FAILURE_ACTIONS, (&raw const again).cast()),
    ];
    for (what, value) in all {
        // SAFETY: the kind names the structure it points to, which lives in this frame
        let _ = unsafe { ChangeServiceConfig2W(office.0, what, value) };
    }
}

/// Whether the office is in the list.
#[must_use]
pub fn find() -> Option<Installed> {
    let office = office(SERVICE_QUERY_STATUS).ok()?;
    // SAFETY: zero is a value of every field, and the function fills it
    let (asked, status) = unsafe {
        let mut status: SERVICE_STATUS = zeroed();
        let asked = QueryServiceStatus(office.0, &raw mut status);
        (asked, status)
    };
    Some(Installed {
        running: asked != 0 && status.dwCurrentState == SERVICE_RUNNING,
    })
}

/// What the manager runs as the office.
#[must_use]
pub fn command_line() -> Option<String> {
    let office = office(SERVICE_QUERY_CONFIG).ok()?;
    // as much as the manager ever answers with, in words so that the structure lies right
    let mut room = vec![0_u64; MOST_CONFIG / size_of::<u64>()];
    let mut wanted = 0;
    // SAFETY: the buffer and its length belong together; the answer's strings lie inside it and end in 0
    unsafe {
        let answer: *mut QUERY_SERVICE_CONFIGW = room.as_mut_ptr().cast();
        let bytes = MOST_CONFIG as u32;
        if QueryServiceConfigW(office.0, answer, bytes, &raw mut wanted) == 0 {
            return None;
        }
        let line = (*answer).lpBinaryPathName;
        let mut length = 0;
        while *line.add(length) != 0 {
            length += 1;
        }
        let line = std::slice::from_raw_parts(line, length);
        String::from_utf16(line).ok()
    }
}

/// Starts it now.
pub fn start() -> io::Result<()> {
    let office = office(SERVICE_ALL_ACCESS)?;
    // SAFETY: no words for it
    done(unsafe { StartServiceW(office.0, 0, null()) })
}

/// Stops it and takes it out of the list.
pub fn remove() -> io::Result<()> {
    let office = office(SERVICE_ALL_ACCESS)?;
    // SAFETY: zero is a value of every field; one that does not run refuses to stop, which is as well
    unsafe {
        let mut status: SERVICE_STATUS = zeroed();
        let _ = ControlService(office.0, SERVICE_CONTROL_STOP, &raw mut status);
        done(DeleteService(office.0))
    }
}

/// Runs the work where the manager started this process; an error where it was somebody else.
pub fn run(work: impl Fn(Receiver<()>) -> bool + Send + Sync + 'static) -> io::Result<()> {
    let _ = WORK.set(Box::new(work));
    let mut name = wide(NAME);
    // SAFETY: the table ends in an empty entry and lives until the dispatcher returns
    done(unsafe {
        let table = [
            SERVICE_TABLE_ENTRYW {
                lpServiceName: name.as_mut_ptr(),
                lpServiceProc: Some(begin),
            },
            zeroed(),
        ];
        StartServiceCtrlDispatcherW(table.as_ptr())
    })
}

unsafe extern "system" fn begin(_count: u32, _words: *mut *mut u16) {
    let (tell, stop) = mpsc::channel::<()>();
    let name = wide(NAME);
    // SAFETY: `tell` outlives the handler, which is not called after STOPPED was said
    unsafe {
        let context = (&raw const tell).cast();
        let handle = RegisterServiceCtrlHandlerExW(name.as_ptr(), Some(heard), context);
        report(handle, SERVICE_RUNNING);
        let well = WORK.get().is_some_and(|work| work(stop));
        if !well {
            // the manager starts again what ended without saying so, and only that
            std::process::exit(1);
        }
        report(handle, SERVICE_STOPPED);
    }
}

unsafe extern "system" fn heard(
    control: u32,
    _kind: u32,
    _data: *mut c_void,
    context: *mut c_void,
) -> u32 {
    match control {
        SERVICE_CONTROL_STOP | SERVICE_CONTROL_SHUTDOWN => {
            // SAFETY: what `begin` handed over
            if let Some(tell) = unsafe { (context as *const Sender<()>).as_ref() } {
                let _ = tell.send(());
            }
            0
        }
        SERVICE_CONTROL_INTERROGATE => 0,
        _ => ERROR_CALL_NOT_IMPLEMENTED,
    }
}

unsafe fn report(handle: SERVICE_STATUS_HANDLE, state: u32) {
    // SAFETY: zero is a value of every field
    unsafe {
        let mut status: SERVICE_STATUS = zeroed();
        status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
        status.dwCurrentState = state;
        status.dwControlsAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN;
        SetServiceStatus(handle, &raw const status);
    }
}
