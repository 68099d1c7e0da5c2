//! What was measured, as a table and in `target/bench.json`.

use std::path::Path;

use serde_json::json;

/// One row: ours, the baseline's, and what both are measured in. Less is better.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) ours: f64,
    pub(crate) baseline: f64,
}

/// Prints the rows, and adds them to `target/bench.json`.
pub(crate) fn report(baseline: &str, rows: &[Row]) {
    println!("{:<44}{:>15}{:>15}{:>9}", "", "Confidant", baseline, "ratio");
    for Row { name, unit, ours, baseline } in rows {
        let ratio = ours / baseline;
        println!("{name:<44}{ours:>11.2} {unit:<3}{baseline:>11.2} {unit:<3}{ratio:>9.2}");
    }
    let row = |row: &Row| {
        let ratio = row.ours / row.baseline;
        let value = json!({
            "value": row.ours, "unit": row.unit, "baseline": row.baseline, "ratio": ratio,
        });
        (row.name.to_owned(), value)
    };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench.json");
    let known = std::fs::read(&file).ok().and_then(|json| serde_json::from_slice(&json).ok());
    let mut all: serde_json::Map<_, _> = known.unwrap_or_default();
    all.extend(rows.iter().map(row));
    std::fs::write(&file, serde_json::to_string_pretty(&all).unwrap()).unwrap();
}
