//! How a page of `explain` looks.

/// The longest line.
const WIDTH: usize = 100;

/// What families of words there are, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Concept,
    Report,
    Property,
    Assumption,
    Fault,
    Gate,
    Commit,
    Sight,
    Trigger,
    Point,
    Message,
    Target,
    Lock,
    Preset,
    Workload,
    Setting,
    Value,
    Defect,
    Key,
    Exit,
    Scenario,
}

impl Family {
    /// Every family, with the word for one of it and for all of it.
    pub const ALL: &[(Family, &str, &str)] = &[
        (Family::Concept, "word of the project", "Words"),
        (Family::Report, "word of reports", "Words of reports"),
        (Family::Property, "property", "Properties"),
        (Family::Assumption, "assumption", "Assumptions"),
        (Family::Fault, "fault", "Faults"),
        (Family::Gate, "gate", "Gates"),
        (Family::Commit, "when an owner commits", "Commits"),
        (Family::Sight, "sight", "Sights"),
        (Family::Trigger, "event that a fault waits for", "Events"),
        (Family::Point, "decision point", "Decision points"),
        (Family::Message, "kind of message", "Messages"),
        (Family::Target, "target", "Targets"),
        (Family::Lock, "lock", "Locks"),
        (Family::Preset, "preset", "Presets"),
        (Family::Workload, "workload", "Workloads"),
        (Family::Setting, "setting", "Settings"),
        (Family::Value, "value", "Values"),
        (Family::Defect, "defect", "Defects"),
        (Family::Key, "scenario key", "Scenario keys"),
        (Family::Exit, "exit code", "Exit codes"),
        (Family::Scenario, "scenario", "Scenarios"),
    ];

    fn one(self) -> &'static str {
        Family::ALL.iter().find(|(family, ..)| *family == self).map_or("word", |(_, one, _)| one)
    }
}

/// The page of a word: what it means, and rows of facts.
#[derive(Debug)]
pub(super) struct Page {
    pub name: String,
    pub family: Family,
    paragraphs: Vec<String>,
    rows: Vec<(String, String)>,
    code: &'static [&'static str],
}

impl Page {
    pub fn new(name: impl Into<String>, family: Family, meaning: impl Into<String>) -> Page {
        Page {
            name: name.into(),
            family,
            paragraphs: vec![sentence(meaning.into())],
            rows: Vec::new(),
            code: &[],
        }
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn paragraph(mut self, text: impl Into<String>) -> Page {
        self.paragraphs.push(sentence(text.into()));
        self
    }

    /// Adds a fact; none where there is nothing to tell.
    #[must_use]
    pub fn row(mut self, label: impl Into<String>, value: impl Into<String>) -> Page {
        let value = value.into();
        if !value.is_empty() {
            self.rows.push((label.into(), value));
        }
        self
    }

    /// Shows lines as they are to be typed.
    #[must_use]
    pub fn code(self, code: &'static [&'static str]) -> Page {
        Page { code, ..self }
    }

    /// The page as text.
    pub fn render(&self) -> String {
        let mut text = format!("{} ({})\n", self.name, self.family.one());
        for paragraph in &self.paragraphs {
            text += &format!("\n{}", wrapped("  ", paragraph));
        }
        if !self.rows.is_empty() {
            text.push('\n');
        }
        let label = self.rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0) + 2;
        for (name, value) in &self.rows {
            let first = format!("  {name:<label$}");
            let rest = " ".repeat(2 + label);
            text += &hanging(&first, &rest, value);
        }
        if !self.code.is_empty() {
            text.push('\n');
        }
        for line in self.code {
            text += format!("    {line}").trim_end();
            text.push('\n');
        }
        text
    }
}

/// A fragment as a sentence: a capital in front and a full stop behind.
fn sentence(text: String) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', ':']) || text.is_empty() { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// Text in lines of the same indentation.
pub(super) fn wrapped(indent: &str, text: &str) -> String {
    hanging(indent, indent, text)
}

/// Text in lines, the first of which begins in its own way.
pub(super) fn hanging(first: &str, rest: &str, text: &str) -> String {
    let (mut lines, mut line) = (String::new(), first.to_owned());
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines += &format!("{}\n", line.trim_end());
            line = rest.to_owned();
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line += word;
        is_empty = false;
    }
    lines + &format!("{}\n", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_from_meaning_to_facts() {
        let page = Page::new("pause", Family::Fault, "the process does not run").row("example", "pause = {}");
        assert_eq!(page.render(), "pause (fault)\n\n  The process does not run.\n\n  example  pause = {}\n");
    }

    #[test]
    fn long_text_is_wrapped_and_hangs() {
        let text = hanging("  a  ", "     ", &"word ".repeat(40));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with("     word")), "{text}");
        let long = "x".repeat(200);
        assert_eq!(wrapped("", &long), format!("{long}\n"), "a word is never cut");
    }
}
