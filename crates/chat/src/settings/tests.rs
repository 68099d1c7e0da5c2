//! What settings allow.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const TONES: [(&str, &str); 2] = [("plain", "Plain"), ("warm", "Warm")];

fn all() -> Vec<Setting> {
    vec![
        Setting::switch("brief", "Brief", false),
        Setting::checkbox("terms", "Terms", false),
        Setting::select("tone", "Tone", &TONES, "plain"),
        Setting::radio("mood", "Mood", &TONES, "warm"),
        Setting::multiselect("both", "Both", &TONES, &["warm"]),
        Setting::slider("heat", "Heat", (0.0, 2.0, 0.1), 0.7),
        Setting::text("name", "Name", "", 5),
        Setting::number("age", "Age", None).between(0.0, 150.0).step(1.0),
        Setting::tags("tags", "Tags", &["a"]),
        Setting::date("day", "Day", None).within("2024-02-01", "2024-12-31"),
        Setting::date_range("stay", "Stay", Some(("2024-02-28", "2024-03-01"))),
    ]
}

fn one(id: &str, value: Value) -> SettingValues {
    SettingValues::from_iter([(id.to_owned(), value)])
}

#[rstest::rstest]
#[case("brief", json!("yes"))]
#[case("terms", json!(1))]
#[case("tone", json!("cold"))]
#[case("mood", json!(null))]
#[case("both", json!(["cold"]))]
#[case("both", json!(["warm", "warm"]))]
#[case("both", json!("warm"))]
#[case("heat", json!(2.1))]
#[case("heat", json!("1"))]
#[case("name", json!("abcdef"))]
#[case("name", json!("a\nb"))]
#[case("age", json!(-1))]
#[case("age", json!(151))]
#[case("age", json!(1.5))]
#[case("age", json!("7"))]
#[case("tags", json!(["a", "a"]))]
#[case("tags", json!([" "]))]
#[case("tags", json!([3]))]
#[case("tags", json!(vec!["x"; 21]))]
#[case("day", json!("2024-02-30"))]
#[case("day", json!("2024-01-31"))]
#[case("day", json!("1.2.2024"))]
#[case("stay", json!({ "start": "2024-03-02", "end": "2024-03-01" }))]
#[case("stay", json!({ "start": "2024-03-02" }))]
#[case("stay", json!("2024-03-02"))]
fn what_does_not_fit_is_named(#[case] id: &str, #[case] value: Value) {
    let invalid = SettingError::Invalid { id: id.into() };
    assert_eq!(check(&all(), &one(id, value)), Err(invalid));
}

#[rstest::rstest]
#[case("both", json!([]))]
#[case("both", json!(["plain", "warm"]))]
#[case("age", json!(null))]
#[case("age", json!(42))]
#[case("tags", json!(["rust", "C++"]))]
#[case("day", json!("2024-02-29"))]
#[case("day", json!(null))]
#[case("stay", json!({ "start": "2024-03-01", "end": "2024-03-01" }))]
#[case("stay", json!(null))]
fn what_fits_is_taken(#[case] id: &str, #[case] value: Value) {
    assert_eq!(check(&all(), &one(id, value)), Ok(()));
}

#[rstest::rstest]
#[case("name", json!("  "))]
#[case("age", json!(null))]
#[case("tags", json!([]))]
#[case("both", json!([]))]
#[case("day", json!(null))]
#[case("stay", json!(null))]
#[case("terms", json!(false))]
fn what_is_required_may_not_be_empty(#[case] id: &str, #[case] value: Value) {
    let settings: Vec<_> = all().into_iter().map(Setting::required).collect();
    let required = SettingError::Required { id: id.into() };
    assert_eq!(check(&settings, &one(id, value)), Err(required));
}

#[test]
fn unknown_settings_are_named() {
    let unknown = SettingError::Unknown { id: "weather".into() };
    assert_eq!(check(&all(), &one("weather", json!(1))), Err(unknown));
}

#[test]
fn a_stored_value_that_no_longer_fits_falls_back_and_the_others_stay() {
    let mut stored = one("tone", json!("cold"));
    stored.insert("brief".into(), json!(true));
    stored.insert("gone".into(), json!(1));
    let values = complete(&all(), &stored);
    assert_eq!(values["tone"], json!("plain"));
    assert_eq!(values["brief"], json!(true));
    assert!(!values.contains_key("gone"), "a setting the profile lost is left out");
}

#[test]
fn values_read_as_words() {
    let settings = all();
    let words = |id: &str, value: Value| {
        settings.iter().find(|setting| setting.id == id).unwrap().words(&value)
    };
    assert_eq!(words("terms", json!(true)), "✓");
    assert_eq!(words("tone", json!("warm")), "Warm");
    assert_eq!(words("both", json!(["plain", "warm"])), "Plain, Warm");
    assert_eq!(words("age", json!(42)), "42");
    assert_eq!(words("age", json!(null)), "–");
    assert_eq!(
        words("stay", json!({ "start": "2024-03-01", "end": "2024-03-02" })),
        "2024-03-01 – 2024-03-02"
    );
}

/// Any JSON of some depth.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("start|end|x", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_stored_the_values_in_force_fit(values in prop::collection::vec(json(), 11)) {
        let stored: SettingValues =
            all().iter().map(|setting| setting.id.clone()).zip(values).collect();
        prop_assert_eq!(check(&all(), &complete(&all(), &stored)), Ok(()));
    }
}
