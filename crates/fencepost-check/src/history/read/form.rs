//! Values of EDN and JSON, one record at a time.

use super::Refusal;
use super::lexer::{Lexer, Syntax, Token};
use super::limits::{DEPTH, VALUES};
use std::io::BufRead;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Nil,
    Int(i64),
    /// A keyword without its colon, a symbol, a number that is not whole.
    Word(String),
    Text(String),
    /// A vector, a list, a set.
    List(Vec<Form>),
    Map(Vec<(Form, Form)>),
}

impl Form {
    /// The value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Form> {
        let Form::Map(pairs) = self else { return None };
        pairs.iter().find(|(name, _)| name.name() == Some(key)).map(|(_, value)| value)
    }

    /// The text of a keyword, a symbol or a string.
    pub fn name(&self) -> Option<&str> {
        match self {
            Form::Word(text) | Form::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads records: the maps of an outer vector or list, or bare ones.
pub(super) struct Forms<R> {
    pub lexer: Lexer<R>,
    /// Whether an outer bracket was opened, and closed.
    outer: Option<bool>,
}

impl<R: BufRead> Forms<R> {
    pub fn new(lexer: Lexer<R>) -> Forms<R> {
        Forms { lexer, outer: None }
    }

    /// The next record with the line in which it begins; none at the end.
    pub fn next_form(&mut self) -> Result<Option<(u64, Form)>, Refusal> {
        loop {
            let Some(token) = self.lexer.next_token()? else {
                return match self.outer {
                    Some(false) => Err(self.lexer.refuse("the file ends before its outer bracket is closed")),
                    _ => Ok(None),
                };
            };
            let line = self.lexer.line;
            self.lexer.bytes = 0;
            let mut values = 0;
            match token {
                Token::OpenMap => {
                    let map = map(&mut self.lexer, 1, &mut values)?;
                    return Ok(Some((line, map)));
                }
                Token::Open if self.outer.is_none() => self.outer = Some(false),
                Token::Close if self.outer == Some(false) => self.outer = Some(true),
                Token::Tag => {}
                Token::Discard => {
                    form(&mut self.lexer, 1, &mut values)?;
                }
                _ => return Err(self.lexer.refuse("here a map was expected, one for each event")),
            }
        }
    }
}

/// One value; none at the end of the source or at a closing bracket.
fn form<R: BufRead>(lexer: &mut Lexer<R>, depth: u32, values: &mut u32) -> Result<Option<Form>, Refusal> {
    *values += 1;
    if depth > DEPTH {
        return Err(lexer.refuse(format!("values are nested more than {DEPTH} deep")));
    }
    if *values > VALUES {
        return Err(lexer.refuse(format!("one record has more than {VALUES} values")));
    }
    loop {
        let Some(token) = lexer.next_token()? else {
            return Err(lexer.refuse("the file ends inside a value"));
        };
        return Ok(Some(match token {
            Token::Close => return Ok(None),
            Token::Tag => continue,
            Token::Discard => {
                if form(lexer, depth + 1, values)?.is_none() {
                    return Err(lexer.refuse("`#_` leaves nothing out: no value follows"));
                }
                continue;
            }
            Token::OpenMap => map(lexer, depth + 1, values)?,
            Token::Open => {
                let mut items = Vec::new();
                while let Some(item) = form(lexer, depth + 1, values)? {
                    items.push(item);
                }
                Form::List(items)
            }
            Token::Text(text) => Form::Text(text),
            Token::Word(word) => scalar(word, lexer.syntax()),
        }));
    }
}

fn map<R: BufRead>(lexer: &mut Lexer<R>, depth: u32, values: &mut u32) -> Result<Form, Refusal> {
    let mut pairs = Vec::new();
    while let Some(key) = form(lexer, depth, values)? {
        let Some(value) = form(lexer, depth, values)? else {
            return Err(lexer.refuse("a key of a map has no value"));
        };
        pairs.push((key, value));
    }
    Ok(Form::Map(pairs))
}

fn scalar(mut word: String, syntax: Syntax) -> Form {
    if word == "nil" || (syntax == Syntax::Json && word == "null") {
        return Form::Nil;
    }
    // Clojure writes big integers with an N.
    if let Ok(number) = word.trim_end_matches('N').parse::<i64>() {
        return Form::Int(number);
    }
    if word.starts_with(':') {
        word.remove(0);
    }
    Form::Word(word)
}

/// The first value of a text, such as the end of a log line.
pub(super) fn of_text(text: &str, line: u64) -> Result<Form, Refusal> {
    let mut lexer = Lexer::new(text.as_bytes(), Syntax::Edn);
    lexer.line = line;
    if text.trim().is_empty() {
        return Ok(Form::Nil);
    }
    form(&mut lexer, 1, &mut 0)?.ok_or_else(|| lexer.refuse("a bracket is closed that was never opened"))
}
