//! Sizes and spans as people write them.

/// A number of bytes: `512 B`, `1.5 kB`, `104.9 MB`.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = count as f64;
    let mut unit = 0;
    // 999.95 would be written as 1000.0.
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{count} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// A span in its two largest units: `45 s`, `3 min 5 s`, `2 d 4 h`.
pub(crate) fn span(seconds: u64) -> String {
    let units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (name, length) in units {
        if rest >= length {
            parts.push(format!("{} {name}", rest / length));
            rest %= length;
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() { "0 s".into() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(0, "0 B")]
    #[case(999, "999 B")]
    #[case(1_500, "1.5 kB")]
    #[case(999_990, "1.0 MB")]
    #[case(104_857_600, "104.9 MB")]
    fn bytes_are_readable(#[case] count: u64, #[case] text: &str) {
        assert_eq!(bytes(count), text);
    }

    #[rstest::rstest]
    #[case(0, "0 s")]
    #[case(59, "59 s")]
    #[case(185, "3 min 5 s")]
    #[case(3_600, "1 h")]
    #[case(187_205, "2 d 4 h")]
    fn spans_are_readable(#[case] seconds: u64, #[case] text: &str) {
        assert_eq!(span(seconds), text);
    }
}
