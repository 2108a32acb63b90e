//! How much memory the program uses, and how to print it.

use std::fmt;

/// A number of bytes. It prints in powers of 1000, and with `{:#}` in powers of
/// 1024; both are in use and often confused.
///
/// ```
/// use delayed_data::Bytes;
///
/// let bytes = Bytes(203_400_000);
/// assert_eq!(format!("{bytes} or {bytes:#}"), "203.4 MB or 194.0 MiB");
/// assert_eq!(Bytes(999).to_string(), "999 B");
/// assert_eq!(format!("{:>#9}", Bytes(2048)), "  2.0 KiB");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (step, units) = match f.alternate() {
            true => (1024.0, ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]),
            false => (1000.0, ["kB", "MB", "GB", "TB", "PB", "EB"]),
        };
        if (self.0 as f64) < step {
            return f.pad(&format!("{} B", self.0));
        }
        let mut value = self.0 as f64 / step;
        let mut unit = 0;
        // What would be rounded to 1000.0 is 1.0 of the next unit.
        while value >= step - 0.05 && unit + 1 < units.len() {
            value /= step;
            unit += 1;
        }
        f.pad(&format!("{value:.1} {}", units[unit]))
    }
}

/// The memory that the program holds now: its resident set, the part of its
/// memory that is in RAM, pages shared with other programs included. `None`
/// where the system does not tell.
///
/// ```
/// if let Some(memory) = delayed_data::memory_footprint() {
///     println!("{memory} ({memory:#})");
/// }
/// ```
pub fn memory_footprint() -> Option<Bytes> {
    memory_stats::memory_stats().map(|stats| Bytes(stats.physical_mem as u64))
}

/// The most memory that the program has held since it started: the peak of its
/// resident set. Linux tells it (`VmHWM` in `/proc/self/status`); elsewhere it
/// is `None`.
pub fn peak_memory() -> Option<Bytes> {
    peak(&std::fs::read_to_string("/proc/self/status").ok()?)
}

fn peak(status: &str) -> Option<Bytes> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024).map(Bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_print_in_both_systems() {
        let both = |bytes| format!("{} {:#}", Bytes(bytes), Bytes(bytes));
        assert_eq!(both(0), "0 B 0 B");
        assert_eq!(both(1000), "1.0 kB 1000 B");
        assert_eq!(both(1024), "1.0 kB 1.0 KiB");
        assert_eq!(both(999_960), "1.0 MB 976.5 KiB");
        assert_eq!(both(u64::MAX), "18.4 EB 16.0 EiB");
    }

    #[test]
    fn the_peak_is_found_in_the_status() {
        assert_eq!(
            peak("VmPeak: 1 kB\nVmHWM:\t    2048 kB\n"),
            Some(Bytes(2 << 20))
        );
        assert_eq!(peak("VmPeak: 1 kB\n"), None);
        assert_eq!(peak("VmHWM: lots\n"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn holding_memory_shows() {
        let before = memory_footprint().unwrap();
        let block = std::hint::black_box(vec![1_u8; 64 << 20]);
        let now = memory_footprint().unwrap();
        assert!(
            now.0 > before.0 + (32 << 20),
            "{before} before, {now} with 64 MiB more"
        );
        assert!(peak_memory().unwrap() > Bytes(64 << 20));
        drop(block);
    }
}
