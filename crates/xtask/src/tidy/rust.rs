//! Just enough of Rust's grammar to tell code, comments and literals apart, and to pair braces.

use std::ops::Range;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// The source twice, once with only its code and once with only its comments. All else is spaces, so that
/// places and lines stay what they were.
pub fn split(source: &str) -> (String, String) {
    let mut code = String::with_capacity(source.len());
    let mut prose = String::with_capacity(source.len());
    let mut rest = source;
    while !rest.is_empty() {
        let (kind, length) = next(rest);
        let (piece, after) = rest.split_at(length);
        let blank: String = blanked(piece);
        code.push_str(if kind == Kind::Code { piece } else { &blank });
        prose.push_str(if kind == Kind::Comment { piece } else { &blank });
        rest = after;
    }
    (code, prose)
}

/// As many bytes of spaces, with the same line ends.
fn blanked(piece: &str) -> String {
    piece.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// The kind and the length of what the source begins with.
fn next(source: &str) -> (Kind, usize) {
    let first = source.chars().next().expect("the source is not empty");
    if source.starts_with("//") {
        (Kind::Comment, source.find('\n').unwrap_or(source.len()))
    } else if source.starts_with("/*") {
        (Kind::Comment, block_comment(source))
    } else if first == '"' {
        (Kind::Literal, quoted(source, '"'))
    } else if first == '\'' {
        tick(source)
    } else if is_word(first) {
        let word = source.find(|c| !is_word(c)).unwrap_or(source.len());
        match (&source[..word], raw_string(&source[word..])) {
            ("r" | "br" | "cr", Some(length)) => (Kind::Literal, word + length),
            _ => (Kind::Code, word),
        }
    } else {
        (Kind::Code, first.len_utf8())
    }
}

/// Whether this may stand inside an identifier.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a comment that may hold others.
fn block_comment(source: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < source.len() {
        if source.as_bytes()[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if source.as_bytes()[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    source.len()
}

/// The length of a literal between two of these quotes.
fn quoted(source: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in source.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    source.len()
}

/// The length of `#"..."#` with any number of `#`, where the source begins with one.
fn raw_string(source: &str) -> Option<usize> {
    let hashes = source.find(|c| c != '#')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let body = source[hashes..].strip_prefix('"')?;
    Some(body.find(&close).map_or(source.len(), |end| hashes + 1 + end + close.len()))
}

/// A character, or the tick of a lifetime.
fn tick(source: &str) -> (Kind, usize) {
    let mut after = source.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => (Kind::Literal, quoted(source, '\'')),
        _ => (Kind::Code, 1),
    }
}

/// Where in the code this text begins, save where it is only the end of a longer word.
pub fn places<'t>(code: &'t str, text: &'t str) -> impl Iterator<Item = usize> + 't {
    let free = |at: &usize| !code[..*at].chars().next_back().is_some_and(is_word);
    code.match_indices(text).map(|(at, _)| at).filter(free)
}

/// The place after the brace that closes the one at `open`.
fn after_block(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The code with every `#[cfg(test)]` item blanked.
pub fn without_tests(code: &str) -> String {
    let mut shipped = code.to_owned();
    for mark in ["#[cfg(test)]", "#[cfg(all(test"] {
        while let Some(start) = shipped.find(mark) {
            let end = item_end(&shipped, start);
            shipped.replace_range(start..end, &blanked(&code[start..end]));
        }
    }
    shipped
}

/// The end of the item at `start`: its block, or its semicolon where that comes first.
fn item_end(code: &str, start: usize) -> usize {
    body(code, start).unwrap_or_else(|end| end..end).end
}

/// The first block outside brackets, or the end of the item where it has none.
fn body(code: &str, start: usize) -> Result<Range<usize>, usize> {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Ok(at..after_block(code, at)),
            b';' if depth == 0 => return Err(at + 1),
            _ => {}
        }
    }
    Err(code.len())
}

/// Every function that has a body: its name, and its range from `fn` to the closing brace.
pub fn functions(code: &str) -> Vec<(&str, Range<usize>)> {
    places(code, "fn ")
        .filter_map(|start| {
            let rest = &code[start + 3..];
            let name = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
            let body = body(code, start).ok()?;
            (!name.is_empty()).then_some((name, start..body.end))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_comments_and_literals_are_told_apart() {
        let source = "a /* b /* c */ d */ e // f\n\"g // \\\" h\" i r#\"j \" k\"# b'l' 'm' '\\'' '\"' n<'o> \"\u{e9}\" p";
        let (code, prose) = split(source);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&code), ["a", "e", "i", "b", "n<'o>", "p"]);
        assert_eq!(words(&prose), ["/*", "b", "/*", "c", "*/", "d", "*/", "//", "f"]);
        assert_eq!(code.len(), source.len(), "places stay what they were");
    }

    #[test]
    fn a_text_is_found_at_the_beginning_of_words_only() {
        assert_eq!(places("tokio::x my_tokio tokio_util", "tokio").collect::<Vec<_>>(), [0, 18]);
    }

    #[test]
    fn tests_are_cut_out() {
        let code =
            "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}";
        let shipped = without_tests(code);
        let names: Vec<&str> = functions(&shipped).iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["a", "c", "e"]);
    }

    #[test]
    fn functions_end_at_their_brace() {
        let code = "trait T { fn open(a: [u8; 2]); fn full(a: [u8; 2]) -> u8 { { 1 } } }\ntype F = fn (u8);";
        let found = functions(code);
        assert_eq!(found.len(), 1);
        assert_eq!(&code[found[0].1.clone()], "fn full(a: [u8; 2]) -> u8 { { 1 } }");
    }
}
