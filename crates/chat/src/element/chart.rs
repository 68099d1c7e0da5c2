//! Charts: figures by series, drawn by the window and readable as a table.

use serde::{Deserialize, Serialize};

/// A chart.
///
/// ```
/// use confidant_chat::prelude::*;
///
/// let chart = Chart::new(ChartKind::Bar, ["Mon", "Tue"]).series("Visits", [12.0, 30.0]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Chart {
    /// How it is drawn.
    pub kind: ChartKind,
    /// What the values of each series stand at, in order.
    pub labels: Vec<String>,
    /// The figures.
    pub series: Vec<Series>,
    /// What the labels are.
    pub x_title: Option<String>,
    /// What the figures are.
    pub y_title: Option<String>,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum ChartKind {
    /// A line for each series.
    Line,
    /// Bars, side by side for several series.
    Bar,
    /// Filled lines.
    Area,
    /// Parts of a whole; of the first series only.
    Pie,
    /// Points.
    Scatter,
}

/// The figures of one series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    /// What it is called.
    pub name: String,
    /// One figure for each label; `None` where there is none.
    #[specta(type = Vec<Option<u32>>)]
    pub values: Vec<Option<f64>>,
}

impl Chart {
    /// A chart without figures yet.
    pub fn new<L: Into<String>>(kind: ChartKind, labels: impl IntoIterator<Item = L>) -> Self {
        Self {
            kind,
            labels: labels.into_iter().map(Into::into).collect(),
            series: Vec::new(),
            x_title: None,
            y_title: None,
        }
    }

    /// The same chart with one more series. What is no number (`NaN`, infinities) is a gap.
    #[must_use]
    pub fn series<V: Into<Option<f64>>>(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(|value| value.into().filter(|it| it.is_finite()));
        self.series.push(Series { name: name.into(), values: values.collect() });
        self
    }

    /// The same chart with titles for what is along it and what is up.
    #[must_use]
    pub fn titles(mut self, x: &str, y: &str) -> Self {
        (self.x_title, self.y_title) = (Some(x.into()), Some(y.into()));
        self
    }
}
