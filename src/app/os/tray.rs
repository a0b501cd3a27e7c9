//! The icon beside the clock of Windows: opens the office, the health page, stops the server. A window nobody sees, on a thread
//! of its own. Where there is no tray the office runs the same.
//! Invariant: what the window points to lives until its thread has ended.
#![expect(
    unsafe_code,
    reason = "a window and its messages; the pointer kept in the window is this thread's own"
)]

use super::STOP as SURE;
use super::desktop::{is_sure, wide};
use crate::app::browser;
use std::mem::zeroed;
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, POINT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::UI::Shell::{
    NIF_ICON, NIF_MESSAGE, NIF_TIP, NIM_ADD, NIM_DELETE, NOTIFYICONDATAW, Shell_NotifyIconW,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    AppendMenuW, CreatePopupMenu, CreateWindowExW, DefWindowProcW, DestroyMenu, DestroyWindow,
    DispatchMessageW, GWLP_USERDATA, GetCursorPos, GetMessageW, GetWindowLongPtrW, LoadIconW,
    MF_SEPARATOR, MF_STRING, MSG, PostMessageW, PostQuitMessage, RegisterClassW,
    RegisterWindowMessageW, SetForegroundWindow, SetWindowLongPtrW, TPM_NONOTIFY, TPM_RETURNCMD,
    TPM_RIGHTBUTTON, TrackPopupMenu, WM_APP, WM_CLOSE, WM_DESTROY, WM_ENDSESSION, WM_LBUTTONUP,
    WM_QUERYENDSESSION, WM_RBUTTONUP, WNDCLASSW,
};

/// What the tray sends when somebody clicks.
const CLICKED: u32 = WM_APP + 1;
/// The program's icon (`build.rs`).
const ICON: usize = 1;
/// What the menu offers: number, words, page.
const PAGES: [(usize, &str, &str); 3] = [
    (1, "打开砚台", "/"),
    (2, "地址卡", "/address"),
    (3, "体检", "/health"),
];
const STOP: usize = 9;
/// At the end of a session Windows waits five seconds for a window: the office is asked this often, so many times.
const ASK_EVERY: Duration = Duration::from_millis(50);
const ASK_TIMES: u32 = 90;

/// The icon; it goes when this does.
#[derive(Debug)]
pub struct Tray {
    window: isize,
    /// The office has ended, its files are closed.
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What the window knows.
struct Held {
    base: String,
    stop: Sender<()>,
    ended: Arc<AtomicBool>,
    /// Said by a desktop that was started anew: the icon has to be put there again.
    again: u32,
}

impl Tray {
    /// Shows it, where there is one.
    #[must_use]
    pub fn start(base: &str, stop: &Sender<()>) -> Option<Self> {
        let (base, stop) = (base.to_owned(), stop.clone());
        let ended: Arc<AtomicBool> = Arc::default();
        let told_there = ended.clone();
        let (tell, told) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("tray".into())
            .spawn(move || serve((base, stop, told_there), &tell))
            .ok()?;
        let window = told.recv().ok()?;
        Some(Self {
            window,
            ended,
            thread: Some(thread),
        })
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        // SAFETY: a handle is a number; one that is gone is refused
        let _ = unsafe { PostMessageW(self.window as HWND, WM_CLOSE, 0, 0) };
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The address, who stops the office, whether it has ended.
type Known = (String, Sender<()>, Arc<AtomicBool>);

fn serve((base, stop, ended): Known, tell: &Sender<isize>) {
    let (class, again) = (wide("InkstoneTray"), wide("TaskbarCreated"));
    // SAFETY: strings end in 0 and outlive the calls; `held` is a box of this frame and outlives the window, which
    // only this thread's messages reach
    unsafe {
        let held = Box::new(Held {
            base,
            stop,
            ended,
            again: RegisterWindowMessageW(again.as_ptr()),
        });
        let module = GetModuleHandleW(null());
        let kind = WNDCLASSW {
            lpfnWndProc: Some(heard),
            hInstance: module,
            lpszClassName: class.as_ptr(),
            ..zeroed()
        };
        RegisterClassW(&raw const kind);
        let window = CreateWindowExW(
            0,
            class.as_ptr(),
            class.as_ptr(),
            0,
            0,
            0,
            0,
            0,
            null_mut(),
            null_mut(),
            module,
            null(),
        );
        if window.is_null() {
            return;
        }
        SetWindowLongPtrW(window, GWLP_USERDATA, (&raw const *held) as isize);
        icon(window, NIM_ADD);
        let _ = tell.send(window as isize);
        let mut message: MSG = zeroed();
        while GetMessageW(&raw mut message, null_mut(), 0, 0) > 0 {
            DispatchMessageW(&raw const message);
        }
        drop(held);
    }
}

/// Adds or removes the icon.
unsafe fn icon(window: HWND, deed: u32) {
    // SAFETY: the structure is zeroed but for what is set, as the function wants it
    unsafe {
        let mut data: NOTIFYICONDATAW = zeroed();
        data.cbSize = size_of::<NOTIFYICONDATAW>() as u32;
        data.hWnd = window;
        data.uID = 1;
        data.uFlags = NIF_ICON | NIF_MESSAGE | NIF_TIP;
        data.uCallbackMessage = CLICKED;
        data.hIcon = LoadIconW(GetModuleHandleW(null()), ICON as *const u16);
        for (to, from) in data.szTip.iter_mut().zip(wide("砚台正在运行")) {
            *to = from;
        }
        Shell_NotifyIconW(deed, &raw const data);
    }
}

unsafe extern "system" fn heard(window: HWND, message: u32, w: WPARAM, l: LPARAM) -> LRESULT {
    // SAFETY: the pointer is null before it is set and `Held` of the thread this runs on afterwards
    unsafe {
        let held = (GetWindowLongPtrW(window, GWLP_USERDATA) as *const Held).as_ref();
        match (message, held) {
            (CLICKED, Some(held)) => {
                match l as u32 {
                    WM_LBUTTONUP => open(held, "/"),
                    WM_RBUTTONUP => offer(window, held),
                    _ => {}
                }
                0
            }
            (WM_QUERYENDSESSION, _) => 1,
            (WM_ENDSESSION, Some(held)) => {
                if w != 0 {
                    end(held);
                }
                0
            }
            (WM_CLOSE, _) => {
                icon(window, NIM_DELETE);
                DestroyWindow(window);
                0
            }
            (WM_DESTROY, _) => {
                PostQuitMessage(0);
                0
            }
            (other, Some(held)) if other == held.again => {
                icon(window, NIM_ADD);
                0
            }
            _ => DefWindowProcW(window, message, w, l),
        }
    }
}

/// The session ends, and this process the moment this returns: the files are closed first.
fn end(held: &Held) {
    let _ = held.stop.send(());
    let mut left = ASK_TIMES;
    while left > 0 && !held.ended.load(Ordering::Acquire) {
        thread::sleep(ASK_EVERY);
        left -= 1;
    }
}

fn open(held: &Held, page: &str) {
    browser::open(&format!("{}{page}", held.base));
}

unsafe fn offer(window: HWND, held: &Held) {
    // SAFETY: the menu is made, shown and destroyed here; its strings outlive it
    let chosen = unsafe {
        let menu = CreatePopupMenu();
        for (number, words, _) in PAGES {
            AppendMenuW(menu, MF_STRING, number, wide(words).as_ptr());
        }
        AppendMenuW(menu, MF_SEPARATOR, 0, null());
        AppendMenuW(menu, MF_STRING, STOP, wide("停止砚台").as_ptr());
        let mut at: POINT = zeroed();
        GetCursorPos(&raw mut at);
        // without it the menu stays when somebody clicks elsewhere
        SetForegroundWindow(window);
        let style = TPM_RETURNCMD | TPM_NONOTIFY | TPM_RIGHTBUTTON;
        let chosen = TrackPopupMenu(menu, style, at.x, at.y, 0, window, null());
        DestroyMenu(menu);
        chosen as usize
    };
    if let Some((_, _, page)) = PAGES.iter().find(|(number, ..)| *number == chosen) {
        open(held, page);
    } else if chosen == STOP && is_sure(SURE) == Some(true) {
        let _ = held.stop.send(());
    }
}
