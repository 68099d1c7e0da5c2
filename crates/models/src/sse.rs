//! Server-sent events, taken apart as their bytes arrive.
//!
//! By <https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>,
//! with two differences. An event that the end of the stream cut off is given out, because servers
//! leave out the blank line after `[DONE]`. And a line that is no field of the format is reported:
//! a browser skips it, but here it means that somebody else is talking, such as a proxy's HTML.

use std::collections::VecDeque;

/// The longest line or event that is taken, in bytes: far beyond any token, and small enough that
/// a server that never ends its line does no harm.
const LONGEST: usize = 1 << 20;

/// What came out of the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sse {
    /// The data of one event.
    Data(String),
    /// A line that no server of events sends; invalid UTF-8 counts as one.
    Foreign(String),
}

/// Turns bytes, however they are split, into [`Sse`]s.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    line: Vec<u8>,
    data: Option<String>,
    /// The last byte was a carriage return; a line feed right after it ends nothing more.
    after_return: bool,
    /// A byte order mark may only stand before everything else.
    past_first_line: bool,
    found: VecDeque<Sse>,
}

impl Decoder {
    /// Takes in the next bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, tail) = rest.split_at(end);
            let is_second_half = self.after_return && end == 0 && tail.first() == Some(&b'\n');
            self.after_return = tail.first() == Some(&b'\r');
            if !is_second_half {
                self.line.extend_from_slice(line);
                self.end_line();
            }
            rest = tail.get(1..).unwrap_or_default();
        }
        if !rest.is_empty() {
            self.after_return = false;
            self.line.extend_from_slice(rest);
            if self.line.len() > LONGEST {
                self.found.push_back(Sse::Foreign("a line without an end".to_owned()));
                self.line = Vec::new();
            }
        }
    }

    /// Takes in the end of the stream.
    pub(crate) fn end(&mut self) {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.end_event();
    }

    /// What was found and not yet taken, oldest first.
    pub(crate) fn next(&mut self) -> Option<Sse> {
        self.found.pop_front()
    }

    /// Whether everything that was found was taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let mut line = line.as_slice();
        if !std::mem::replace(&mut self.past_first_line, true) {
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        let Ok(line) = std::str::from_utf8(line) else {
            self.found.push_back(Sse::Foreign(String::from_utf8_lossy(line).into_owned()));
            return;
        };
        if line.is_empty() {
            self.end_event();
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        match field {
            "data" => self.add_data(value.strip_prefix(' ').unwrap_or(value)),
            // A comment, or what matters only to a browser.
            "" | "event" | "id" | "retry" => {}
            _ => self.found.push_back(Sse::Foreign(line.to_owned())),
        }
    }

    fn add_data(&mut self, value: &str) {
        let data = match &mut self.data {
            Some(data) => {
                data.push('\n');
                data
            }
            none => none.insert(String::new()),
        };
        data.push_str(value);
        if data.len() > LONGEST {
            self.data = None;
            self.found.push_back(Sse::Foreign("an event without an end".to_owned()));
        }
    }

    fn end_event(&mut self) {
        if let Some(data) = self.data.take() {
            self.found.push_back(Sse::Data(data));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Sse> {
        let mut decoder = Decoder::default();
        for piece in pieces {
            decoder.feed(piece);
        }
        decoder.end();
        std::iter::from_fn(|| decoder.next()).collect()
    }

    fn data(text: &str) -> Sse {
        Sse::Data(text.to_owned())
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let expected = [data("a"), data("b"), data("c")];
        assert_eq!(decode([b"data: a\n\ndata: b\n\ndata:c\n\n".as_slice()]), expected);
        assert_eq!(decode([b"data: a\r\n\r\ndata: b\r\n\r\ndata:c\r\n\r\n".as_slice()]), expected);
        assert_eq!(decode([b"data: a\r\rdata: b\r\rdata:c\r\r".as_slice()]), expected);
    }

    #[test]
    fn lines_of_one_event_are_joined() {
        assert_eq!(decode([b"data: a\ndata: b\n\n".as_slice()]), [data("a\nb")]);
    }

    #[test]
    fn an_event_at_the_very_end_is_given_out() {
        assert_eq!(decode([b"data: [DONE]".as_slice()]), [data("[DONE]")]);
    }

    #[test]
    fn a_byte_order_mark_is_skipped_only_in_front() {
        assert_eq!(decode([b"\xEF\xBB\xBFdata: a\n\n".as_slice()]), [data("a")]);
        let later = decode([b"data: a\n\n\xEF\xBB\xBFdata: b\n\n".as_slice()]);
        assert_eq!(later, [data("a"), Sse::Foreign("\u{feff}data: b".to_owned())]);
    }

    #[test]
    fn comments_and_other_fields_say_nothing() {
        let found = decode([b": ping\nevent: x\nid: 1\nretry: 5\ndata: a\n\n".as_slice()]);
        assert_eq!(found, [data("a")]);
    }

    #[test]
    fn what_is_no_field_is_foreign() {
        let found = decode([b"<html>\n\n".as_slice()]);
        assert_eq!(found, [Sse::Foreign("<html>".to_owned())]);
        assert!(matches!(decode([b"data: \xff\n\n".as_slice()]).as_slice(), [Sse::Foreign(_)]));
    }

    #[test]
    fn an_endless_line_and_an_endless_event_do_not_fill_the_memory() {
        let mut decoder = Decoder::default();
        for _ in 0..40 {
            decoder.feed(&[b'x'; 100_000]);
            assert!(decoder.line.len() <= LONGEST, "the line is let go");
        }
        assert!(matches!(decoder.next(), Some(Sse::Foreign(_))));

        let mut decoder = Decoder::default();
        for _ in 0..40 {
            decoder.feed(b"data: ");
            decoder.feed(&[b'x'; 100_000]);
            decoder.feed(b"\n");
            let kept = decoder.data.as_ref().map_or(0, String::len);
            assert!(kept <= LONGEST, "the event is let go");
        }
        assert!(matches!(decoder.next(), Some(Sse::Foreign(_))));
    }

    proptest! {
        /// How the network splits the bytes changes nothing, not even within a letter.
        #[test]
        fn splitting_changes_nothing(
            lines in prop::collection::vec(
                prop_oneof![
                    "data: ?[ -~äöü日本🦀]{0,12}", Just(String::new()), ": [a-z]{0,3}", "[a-z<]{1,5}",
                ],
                0..20,
            ),
            ends in prop::collection::vec(prop_oneof![Just("\n"), Just("\r\n"), Just("\r")], 20),
            cuts in prop::collection::vec(1_usize..9, 1..50),
        ) {
            let mut bytes = Vec::new();
            for (line, end) in lines.iter().zip(ends.iter()) {
                bytes.extend_from_slice(line.as_bytes());
                bytes.extend_from_slice(end.as_bytes());
            }
            let mut pieces = Vec::new();
            let mut rest = bytes.as_slice();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, tail) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece);
                rest = tail;
            }
            prop_assert_eq!(decode(pieces), decode([bytes.as_slice()]));
        }

        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            decode([bytes.as_slice()]);
        }
    }
}
