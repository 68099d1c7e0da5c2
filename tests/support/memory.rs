//! Memory of a process and everything that it started.

use std::fs;

/// Bytes of the process `pid` and of all its descendants. Memory that processes share is counted
/// once, in parts (the kernel's "proportional set size").
pub(crate) fn of_all(pid: u32) -> f64 {
    let own = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let kibibytes = own
        .lines()
        .find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix("kB")?.trim().parse().ok());
    let children = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let below: f64 = children
        .flat_map(|pids| pids.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|pid| pid.parse().ok())
        .map(of_all)
        .sum();
    kibibytes.unwrap_or(0.0) * 1024.0 + below
}
