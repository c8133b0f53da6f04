//! Files that are broken, hostile, or huge: no panic, bounded memory, and a refusal that names the line.

use super::mutilate::{GOOD, survive};
use super::reading::events;
use fencepost_check::history::read::{Format, Reader};
use std::io::{BufReader, Read};

#[test]
fn good_files_are_read() {
    for (text, format) in GOOD {
        assert!(events(text.as_bytes(), Some(format)).is_ok(), "{:?}", events(text.as_bytes(), Some(format)));
        assert_eq!(Reader::open(text.as_bytes(), None).map(|reader| reader.format()), Ok(format));
    }
}

#[test]
fn mutilated_files_are_read_or_refused() {
    for format in [Format::Lines, Format::Edn, Format::Json, Format::Log] {
        let refused = (0..10_000).filter(|number| survive(format, *number)).count();
        assert!((1_000..9_990).contains(&refused), "{format:?}: {refused} of 10000 refused: too one-sided");
    }
}

/// A source without an end in sight: the same piece over and over, behind a beginning.
fn endless(head: &str, piece: &'static [u8], bytes: u64) -> impl std::io::BufRead {
    let piece = piece.repeat(4096 / piece.len());
    struct Again(Vec<u8>, usize);
    impl Read for Again {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let rest = &self.0[self.1..];
            let count = rest.len().min(into.len());
            into[..count].copy_from_slice(&rest[..count]);
            self.1 = (self.1 + count) % self.0.len();
            Ok(count)
        }
    }
    let head = std::io::Cursor::new(head.as_bytes().to_vec());
    BufReader::new(head.chain(Again(piece, 0).take(bytes)))
}

/// Without the limits each of these would take as much memory as the file is long, or the whole stack.
#[test]
fn hostile_files_are_refused_at_their_line() {
    let cases: [(&str, &'static [u8], u64, &str); 9] = [
        ("[{:process 0 :value ", b"[", 1, "nested"),
        ("{:a ", b"{:a ", 1, "nested"),
        ("\n\n{:process \"", b"x", 3, "longer"),
        ("{:process ", b"9", 1, "longer"),
        ("{:process 0 :value [", b"1 ", 1, "values"),
        ("{:process 0 :value [", b"#_ ", 1, "nested"),
        ("[{\"process\": 0, \"value\": ", b"[", 1, "nested"),
        ("{\"who\": \"a\", \"op\": \"", b"x", 1, "longer"),
        ("{\"who\": \"a\", \"op\": \"acquired\"}\n{\"x\": ", b"\xff", 2, "longer"),
    ];
    for (head, piece, line, part) in cases {
        let mut reader = Reader::open(endless(head, piece, 100 << 20), None).expect(head);
        let refusal = loop {
            match reader.next_event() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{head} was read"),
                Err(refusal) => break refusal,
            }
        };
        assert_eq!(refusal.line, line, "{head}: {refusal:?}");
        assert!(refusal.message.contains(part), "{head}: {refusal:?}");
    }
}
