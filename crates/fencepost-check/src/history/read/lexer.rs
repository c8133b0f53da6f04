//! Words of EDN and of JSON, which is the same with other white space.

use super::limits::{RECORD_BYTES, TEXT_BYTES};
use super::{Refusal, unreadable};
use std::io::BufRead;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Colons begin keywords, commas are white space, semicolons comments.
    Edn,
    /// Colons are white space.
    Json,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `[`, `(` or `#{`.
    Open,
    /// `{`.
    OpenMap,
    /// `]`, `)` or `}`.
    Close,
    /// A string, unquoted.
    Text(String),
    /// A number, a symbol, a keyword with its colon.
    Word(String),
    /// `#name` before a value: says its type.
    Tag,
    /// `#_` before a value that is to be left out.
    Discard,
}

/// Reads words.
pub(super) struct Lexer<R> {
    source: R,
    syntax: Syntax,
    pub line: u64,
    /// Bytes of text since the record began.
    pub bytes: usize,
}

impl<R: BufRead> Lexer<R> {
    pub fn new(source: R, syntax: Syntax) -> Lexer<R> {
        Lexer { source, syntax, line: 1, bytes: 0 }
    }

    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    pub fn refuse(&self, message: impl Into<String>) -> Refusal {
        Refusal::new(self.line, message, "give the history as Jepsen stores it: one map for each event")
    }

    fn peek(&mut self) -> Result<Option<u8>, Refusal> {
        loop {
            match self.source.fill_buf() {
                Ok(buffer) => return Ok(buffer.first().copied()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(self.line, &error)),
            }
        }
    }

    fn skip(&mut self, byte: u8) {
        self.source.consume(1);
        self.line += u64::from(byte == b'\n');
    }

    /// The next word; none at the end.
    pub fn next_token(&mut self) -> Result<Option<Token>, Refusal> {
        loop {
            let Some(byte) = self.peek()? else { return Ok(None) };
            match byte {
                b';' if self.syntax == Syntax::Edn => self.comment()?,
                b',' => self.skip(byte),
                b':' if self.syntax == Syntax::Json => self.skip(byte),
                byte if byte.is_ascii_whitespace() => self.skip(byte),
                _ => return self.word_from(byte).map(Some),
            }
        }
    }

    fn comment(&mut self) -> Result<(), Refusal> {
        while let Some(byte) = self.peek()? {
            if byte == b'\n' {
                break;
            }
            self.skip(byte);
        }
        Ok(())
    }

    fn word_from(&mut self, byte: u8) -> Result<Token, Refusal> {
        match byte {
            b'"' => self.text(),
            b'[' | b'(' | b'{' | b']' | b')' | b'}' => {
                self.skip(byte);
                Ok(match byte {
                    b'[' | b'(' => Token::Open,
                    b'{' => Token::OpenMap,
                    _ => Token::Close,
                })
            }
            b'#' => self.dispatch(),
            b'\\' => {
                self.skip(byte);
                let Some(first) = self.peek()? else {
                    return Err(self.refuse("the file ends inside a value"));
                };
                self.skip(first);
                let rest = self.bare(vec![b'\\', first])?;
                Ok(Token::Word(rest))
            }
            _ => Ok(Token::Word(self.bare(Vec::new())?)),
        }
    }

    fn dispatch(&mut self) -> Result<Token, Refusal> {
        self.skip(b'#');
        match self.peek()? {
            Some(b'{') => {
                self.skip(b'{');
                Ok(Token::Open)
            }
            Some(b'_') => {
                self.skip(b'_');
                Ok(Token::Discard)
            }
            Some(_) => {
                self.bare(Vec::new())?;
                Ok(Token::Tag)
            }
            None => Err(self.refuse("the file ends inside a value")),
        }
    }

    /// A word up to white space or a bracket.
    fn bare(&mut self, mut word: Vec<u8>) -> Result<String, Refusal> {
        while let Some(byte) = self.peek()? {
            let ends = byte.is_ascii_whitespace()
                || matches!(byte, b',' | b'"' | b';' | b'[' | b']' | b'(' | b')' | b'{' | b'}')
                || (byte == b':' && self.syntax == Syntax::Json);
            if ends {
                break;
            }
            self.grow(&mut word, byte)?;
            self.skip(byte);
        }
        if word.is_empty() {
            return Err(self.refuse("there is a letter that begins no value"));
        }
        self.utf8(word)
    }

    fn grow(&mut self, text: &mut Vec<u8>, byte: u8) -> Result<(), Refusal> {
        self.bytes += 1;
        if text.len() >= TEXT_BYTES || self.bytes > RECORD_BYTES {
            return Err(self.refuse(format!(
                "a text is longer than {TEXT_BYTES} bytes, or a record than {RECORD_BYTES}"
            )));
        }
        text.push(byte);
        Ok(())
    }

    fn utf8(&self, text: Vec<u8>) -> Result<String, Refusal> {
        String::from_utf8(text).map_err(|_| self.refuse("a text is not UTF-8"))
    }

    fn text(&mut self) -> Result<Token, Refusal> {
        self.skip(b'"');
        let (begun, mut text) = (self.line, Vec::new());
        loop {
            let Some(byte) = self.peek()? else {
                return Err(self.refuse(format!("the string that begins in line {begun} never ends")));
            };
            self.skip(byte);
            match byte {
                b'"' => return Ok(Token::Text(self.utf8(text)?)),
                b'\\' => self.escape(&mut text)?,
                byte => self.grow(&mut text, byte)?,
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Refusal> {
        let Some(byte) = self.peek()? else { return Ok(()) };
        self.skip(byte);
        match byte {
            b'n' => self.grow(text, b'\n'),
            b't' => self.grow(text, b'\t'),
            b'r' => self.grow(text, b'\r'),
            b'u' => {
                // Texts are only compared, so an escape may stand for itself.
                self.grow(text, b'\\')?;
                self.grow(text, b'u')
            }
            byte => self.grow(text, byte),
        }
    }
}
