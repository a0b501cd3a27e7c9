//! While no program has the files open, somebody has to say so at the address people know: one fixed page for every request.
//! Not here: the same words of a server on trial, which has our pages (`web::gate`).
//! Invariant: nothing that was sent is read beyond its head, and nothing is kept.

use crate::kit::Result;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(20);
const READS_WITHIN: Duration = Duration::from_millis(500);
/// Answered at once at most; the others wait for their turn.
const MOST: usize = 32;

/// For every browser there is: no style, no script.
const PAGE: &str = "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta http-equiv=\"refresh\" content=\"3\"><title>系统升级中 - 砚台</title></head><body><h1>系统升级中</h1><p>大约半分钟。本页会自己再打开，不用按什么。</p><p>刚才正在提交的，等一会儿请看看在不在；不在就再提交一次。</p><p>本平台不涉密，不得录入、传送国家秘密</p></body></html>";

/// Dropped, it goes.
pub struct Curtain {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Curtain {
    /// Before this listener, which whoever serves next may take over.
    pub fn before(listener: &TcpListener) -> Result<Self> {
        let listener = listener.try_clone()?;
        // the web server wants it so, too
        listener.set_nonblocking(true)?;
        let over = Arc::<AtomicBool>::default();
        let seen = over.clone();
        let thread = thread::Builder::new()
            .name("curtain".into())
            .spawn(move || hang(&listener, &seen))?;
        Ok(Self {
            over,
            thread: Some(thread),
        })
    }
}

impl Drop for Curtain {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn hang(listener: &TcpListener, over: &AtomicBool) {
    let busy = Arc::<AtomicUsize>::default();
    while !over.load(Ordering::Acquire) {
        let full = busy.load(Ordering::Acquire) >= MOST;
        match listener.accept() {
            Ok((stream, _)) if !full => {
                busy.fetch_add(1, Ordering::AcqRel);
                let done = busy.clone();
                let answer = move || {
                    let _ = say(stream);
                    done.fetch_sub(1, Ordering::AcqRel);
                };
                if thread::Builder::new()
                    .name("curtain".into())
                    .spawn(answer)
                    .is_err()
                {
                    busy.fetch_sub(1, Ordering::AcqRel);
                }
            }
            Ok(_) => {}
            Err(e) if e.kind() == ErrorKind::WouldBlock => thread::sleep(LOOK_EVERY),
            Err(_) => thread::sleep(LOOK_EVERY),
        }
    }
}

fn say(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(READS_WITHIN))?;
    stream.set_write_timeout(Some(READS_WITHIN))?;
    // a browser that is cut off while it sends shows a page of its own
    let mut head = [0; 8 << 10];
    let _ = stream.read(&mut head);
    let length = PAGE.len();
    let said = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nRetry-After: 3\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nConnection: close\r\n\r\n{PAGE}"
    );
    stream.write_all(said.as_bytes())?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let _ = stream.read(&mut head);
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn ask(listener: &TcpListener) -> String {
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        stream
            .write_all(b"POST /x HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    }

    #[test]
    fn every_request_is_told_and_the_listener_is_left_whole() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let curtain = Curtain::before(&listener).unwrap();
        for _ in 0..3 {
            let said = ask(&listener);
            assert!(
                said.starts_with("HTTP/1.1 503 ") && said.contains("系统升级中"),
                "{said}"
            );
            assert!(said.contains("本平台不涉密"), "as on every page");
        }
        drop(curtain);
        let late = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        listener.set_nonblocking(false).unwrap();
        assert!(listener.accept().is_ok(), "for whoever serves next");
        drop(late);
    }
}
