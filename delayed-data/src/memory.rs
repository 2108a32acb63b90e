//! How much memory the program uses.

use delayed_runtime::Bytes;

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
