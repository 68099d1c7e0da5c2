//! Tables as people have them.

use std::io::Write;
use std::ops::ControlFlow;

use rstest::rstest;

use super::{column, csv, json, names, summarise};
use crate::table::summary::Problem;
use crate::table::{self, Distinct, Format, Frequent, Kind};

const PEOPLE: &str = "name,age,joined,active,note\n\
    Ada,36,2024-01-31,true,\"first, of all\"\n\
    Grace,NA,2024-02-29,false,\"said \"\"hi\"\"\n\
    twice\"\n\
    Ada,41,,true,\n";

#[test]
fn a_usual_table() {
    let summary = csv(PEOPLE);
    assert_eq!((summary.rows, summary.has_header, summary.delimiter), (3, true, Some(',')));
    assert_eq!(names(&summary), ["name", "age", "joined", "active", "note"]);
    let kinds: Vec<_> = summary.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds, [Kind::Text, Kind::Integer, Kind::Date, Kind::Boolean, Kind::Text]);
    let missing: Vec<_> = summary.columns.iter().map(|column| column.missing).collect();
    assert_eq!(missing, [0, 1, 1, 0, 1]);
    let name = column(&summary, "name");
    assert_eq!(name.distinct, Distinct::Exactly(2));
    assert_eq!(name.frequent, [Frequent { value: "Ada".to_owned(), count: 2, exact: true }]);
    let age = column(&summary, "age").numbers.unwrap();
    assert_eq!((age.count, age.min, age.max, age.mean), (2, 36.0, 41.0, Some(38.5)));
    assert_eq!((summary.ragged, summary.not_text), (None, None));
}

#[test]
fn a_usual_table_as_markdown() {
    let expected = "\
**3 rows, 5 columns** (CSV)

| Column | Type | Missing | Distinct | Most frequent |
|---|---|--:|--:|---|
| name | text | 0 | 2 | Ada (2) |
| age | integer | 1 (33.3 %) | 2 |  |
| joined | date | 1 (33.3 %) | 2 |  |
| active | boolean | 0 | 2 | true (2) |
| note | text | 1 (33.3 %) | 2 |  |

| Numbers | Count | Min | Max | Mean | Std. deviation |
|---|--:|--:|--:|--:|--:|
| age | 2 | 36 | 41 | 38.5 | 3.53553 |
";
    assert_eq!(csv(PEOPLE).to_markdown(), expected);
}

#[rstest]
#[case("a;b\n1,5;x\n2,5;y\n", ';')]
#[case("a\tb\n1.5\tx\n2.5\ty\n", '\t')]
#[case("a|b\n1.5|x\n2.5|y\n", '|')]
#[case("a,b\r\n1.5,x\r\n2.5,y\r\n", ',')]
#[case("\u{feff}a,b\n1.5,x\n\n2.5,y", ',')]
#[case("a,b\r1.5,x\r2.5,y\r", ',')]
#[case("\"a\",\"b\"\n\"1.5\",\"x\"\n\"2.5\",\"y\"", ',')]
fn every_usual_form(#[case] text: &str, #[case] delimiter: char) {
    let summary = csv(text);
    assert_eq!((summary.rows, summary.delimiter), (2, Some(delimiter)));
    assert_eq!(names(&summary), ["a", "b"]);
    assert_eq!(column(&summary, "a").numbers.unwrap().mean, Some(2.0));
    assert_eq!(summary.ragged, None);
}

#[test]
fn without_a_header_columns_are_numbered() {
    let summary = csv("1,2\n3,4\n");
    assert_eq!((summary.rows, summary.has_header), (2, false));
    assert_eq!(names(&summary), ["column 1", "column 2"]);
    assert_eq!(column(&summary, "column 1").numbers.unwrap().mean, Some(2.0));
    assert!(summary.to_markdown().contains("no header"));
}

#[test]
fn a_header_alone_is_a_table_without_rows() {
    let summary = csv("a,b\n");
    assert_eq!((summary.rows, summary.columns.len()), (0, 2));
    assert_eq!(summary.columns[0].kind, Kind::Empty);
    assert!(summary.to_markdown().starts_with("**0 rows, 2 columns**"));
}

#[rstest]
#[case("a,b,c\n1,2,3\n\n4,5\n6,7,8,9\n", 4)]
#[case("a,b,c\r\n1,2,3\r\n\r\n4,5\r\n6,7,8,9\r\n", 4)]
#[case("a,b,c\n1,\"x\ny\",3\n4,5\n6,7,8,9\n", 4)]
#[case("a,b,c\n1,2,3\n4,5\n6,7,8,9", 3)]
fn rows_that_do_not_fit_are_counted(#[case] text: &str, #[case] first_line: u64) {
    let summary = csv(text);
    assert_eq!(summary.ragged, Some(Problem { count: 2, first_line }));
    assert_eq!((summary.rows, summary.columns.len()), (3, 3));
    assert_eq!(column(&summary, "c").missing, 1, "what is not there is missing");
    let warning = format!(
        "2 rows have another number of fields than there are columns, first in line {first_line}."
    );
    assert!(summary.to_markdown().contains(&warning));
}

#[test]
fn bytes_that_are_no_text_are_counted() {
    let summary = csv(b"a,b\nx,\xe4\ny,\xff\xfe\nz,\xc3\xa4\n");
    assert_eq!(summary.not_text, Some(Problem { count: 3, first_line: 2 }));
    assert_eq!((summary.rows, column(&summary, "b").missing), (3, 0));
    assert!(summary.to_markdown().contains("3 places are not UTF-8"));

    let summary = json(b"[\n{\"a\": \"\xe4\"}]".as_slice());
    assert_eq!(summary.not_text, Some(Problem { count: 1, first_line: 2 }));
    assert_eq!(summary.rows, 1);
}

const RECORDS: &str = r#"[
    {"name": "Ada", "age": 36, "tags": ["a"], "zip": "01234", "ok": true},
    {"age": 41.5, "name": "Grace", "born": "1906-12-09", "ok": null},
    {"name": "", "tags": {"x": {"y": []}}, "zip": "98765", "name": "twice"}
]"#;

#[test]
fn records_with_differing_names() {
    let lines = RECORDS.trim_matches(['[', ']']).replace("},\n", "}\n");
    for text in [RECORDS.to_owned(), lines] {
        let summary = json(&text);
        assert_eq!((summary.rows, summary.delimiter), (3, None));
        assert_eq!(names(&summary), ["name", "age", "tags", "zip", "ok", "born"]);
        let facts = |name| (column(&summary, name).kind, column(&summary, name).missing);
        assert_eq!(facts("name"), (Kind::Text, 1), "the first of two values counts, here none");
        assert_eq!(facts("age"), (Kind::Number, 1));
        assert_eq!(facts("tags"), (Kind::Nested, 1));
        assert_eq!(facts("zip"), (Kind::Text, 1), "digits in a text are text");
        assert_eq!(facts("ok"), (Kind::Boolean, 2));
        assert_eq!(facts("born"), (Kind::Date, 2));
        assert_eq!(column(&summary, "age").numbers.unwrap().mean, Some(38.75));
    }
}

#[rstest]
#[case("[]", 0)]
#[case(" [ ] ", 0)]
#[case("{}", 1)]
#[case("[{}, {}]", 2)]
#[case("{\"a\": 1}\n\n{\"a\": 2}\r\n{\"a\": 3}", 3)]
#[case("{\"a\": 1}{\"a\": 2}", 2)]
fn records_in_every_order(#[case] text: &str, #[case] rows: u64) {
    assert_eq!(json(text).rows, rows);
    assert_eq!(summarise(text, Format::NdJson).unwrap().rows, rows);
}

#[test]
fn a_file_is_known_by_its_name_or_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, format) in [
        ("a.csv", "[a],b\n1,2\n", Format::Csv),
        ("a.TSV", "a,a\tb\n1\t2\n", Format::Tsv),
        ("a.json", "[{\"a\": 1, \"b\": 2}]", Format::Json),
        ("a.jsonl", "{\"a\": 1, \"b\": 2}", Format::NdJson),
        ("a.txt", "a;b\n1;2\n", Format::Csv),
        ("a", "\n [{\"a\": 1, \"b\": 2}]", Format::Json),
    ] {
        let path = folder.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        let summary = table::summarise(&path, &mut |_| ControlFlow::Continue(())).unwrap();
        assert_eq!((summary.format, summary.rows, summary.columns.len()), (format, 1, 2), "{name}");
    }
}

#[test]
fn what_is_in_a_file_never_becomes_markup() {
    let summary = csv("a|b,<img src=x>\n`|`,**x**\n`|`,**x**\n");
    let text = summary.to_markdown();
    assert!(text.contains(r"| a\|b | text | 0 | 1 | \`\|\` (2) |"), "{text}");
    assert!(text.contains(r"| \<img src\=x\> | text | 0 | 1 | \*\*x\*\* (2) |"), "{text}");
}

#[test]
fn very_wide_tables_are_shown_in_part() {
    let header = (0..250).map(|number| format!("c{number}")).collect::<Vec<_>>().join(",");
    let text = csv(header).to_markdown();
    assert!(text.starts_with("**0 rows, 250 columns**"));
    assert!(text.contains("| c99 |") && !text.contains("| c100 |"));
    assert!(text.ends_with("150 more columns are not shown.\n"), "{text}");
}
