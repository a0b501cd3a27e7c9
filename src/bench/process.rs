//! What Linux tells about a process: its memory and its processor time. Elsewhere nothing is told,
//! and the figures that need it say so instead of guessing.

use std::fs;

/// Linux counts processor time for programs in hundredths, whatever the kernel's own tick.
const TICKS: f64 = 100.0;

/// Resident memory of a process in MB.
#[must_use]
pub fn resident_mb(pid: u32) -> Option<f64> {
    status_kb(
        &fs::read_to_string(format!("/proc/{pid}/status")).ok()?,
        "VmRSS:",
    )
}

/// The most it ever was, in MB.
#[must_use]
pub fn peak_mb(pid: u32) -> Option<f64> {
    status_kb(
        &fs::read_to_string(format!("/proc/{pid}/status")).ok()?,
        "VmHWM:",
    )
}

/// Processor seconds this process used, in its own code and in the kernel.
#[must_use]
pub fn own_cpu() -> Option<f64> {
    cpu(&fs::read_to_string("/proc/self/stat").ok()?)
}

fn status_kb(status: &str, key: &str) -> Option<f64> {
    let line = status.lines().find_map(|l| l.strip_prefix(key))?;
    let kb: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kb / 1024.0)
}

fn cpu(stat: &str) -> Option<f64> {
    // The name in brackets may hold spaces; after it the fields are plain.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn reads_what_linux_writes() {
        let status = "Name:\tx\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n";
        assert_eq!(status_kb(status, "VmRSS:"), Some(10.0));
        assert_eq!(status_kb(status, "VmHWM:"), Some(20.0));
        let stat = "7 (a b) S 1 7 7 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 1 0 100 1 1";
        assert_eq!(cpu(stat), Some(2.0));
        assert_eq!(cpu("nonsense"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_somewhere() {
        assert!(resident_mb(std::process::id()).unwrap() > 1.0);
        assert!(own_cpu().is_some());
    }
}
