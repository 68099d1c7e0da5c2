//! How long the window takes to start and how much memory it holds, beside a bare window of the
//! same web view, measured in turn in the same run. `cargo xtask bench` runs it.
//!
//! It lives here rather than among other benchmarks because it stands on the same support as the
//! tests of the window.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that fails has no value"
)]
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "bench/bare.rs"]
mod bare;
#[allow(dead_code, unused_imports, reason = "the tests use more of it")]
mod support;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use thirtyfour::By;

use crate::support::home::Home;
use crate::support::window::Window;

/// Starts of each window. Odd, so that the median is one of them.
const ROUNDS: usize = 9;

/// How long a window is left alone before its memory is counted.
const REST: Duration = Duration::from_secs(4);

/// How long a start may take before something must be wrong.
const LONGEST: Duration = Duration::from_secs(60);

/// What one start of one window gave.
#[derive(Clone, Copy)]
struct Start {
    /// Until it can be used, in milliseconds.
    ready: f64,
    /// Of all its processes at rest, in megabytes.
    memory: f64,
}

fn main() {
    if std::env::var_os(bare::SWITCH).is_some() {
        bare::run();
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        ours.push(runtime.block_on(start(env!("CARGO_BIN_EXE_confidant").as_ref(), "form input")));
        theirs.push(runtime.block_on(start(&std::env::current_exe().unwrap(), "h1")));
        println!("round {round} of {ROUNDS}");
    }
    let report = json!({
        "start": row("ms", &ours, &theirs, |start| start.ready),
        "idle memory": row("MB", &ours, &theirs, |start| start.memory),
    });
    println!("\n{:<14}{:>12}{:>14}{:>9}", "", "Confidant", "bare window", "ratio");
    for (name, row) in report.as_object().unwrap() {
        let number = |key: &str| row[key].as_f64().unwrap();
        let unit = row["unit"].as_str().unwrap();
        println!(
            "{name:<14}{:>9.0} {unit}{:>11.0} {unit}{:>9.2}",
            number("value"),
            number("baseline"),
            number("ratio"),
        );
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench.json");
    let known = fs::read(&target).ok().and_then(|json| serde_json::from_slice(&json).ok());
    let mut all: serde_json::Map<_, _> = known.unwrap_or_default();
    all.extend(report.as_object().unwrap().clone());
    fs::write(target, serde_json::to_string_pretty(&all).unwrap()).unwrap();
}

/// Opens a window of `program`, waits until `ready` is in it, lets it rest, counts, and closes it.
async fn start(program: &Path, ready: &str) -> Start {
    let home = Home::new();
    let driver = Window::driver(&home, &[(bare::SWITCH, "1")]).await;
    let begun = Instant::now();
    let window = driver.open(program).await;
    // Without the pauses of a test, to tell exactly when it came.
    while window.driver.find(By::Css(ready)).await.is_err() {
        assert!(begun.elapsed() < LONGEST, "{ready} came within {LONGEST:?}");
    }
    let ready = begun.elapsed().as_secs_f64() * 1000.0;
    tokio::time::sleep(REST).await;
    let memory = window.memory() / 1e6;
    window.close().await;
    Start { ready, memory }
}

fn row(unit: &str, ours: &[Start], theirs: &[Start], of: fn(&Start) -> f64) -> serde_json::Value {
    let (value, baseline) = (median(ours, of), median(theirs, of));
    json!({ "value": value, "unit": unit, "baseline": baseline, "ratio": value / baseline })
}

fn median(starts: &[Start], of: fn(&Start) -> f64) -> f64 {
    let mut values: Vec<_> = starts.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
