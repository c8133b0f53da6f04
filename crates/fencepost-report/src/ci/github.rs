//! Annotations of GitHub: each is a line that its runner takes out of the output and shows at a line of a file.
//!
//! The form and its escapes are those of the workflow commands in GitHub's documentation, and of `command.ts` in
//! its `actions/toolkit`.

use super::finding::Finding;
use crate::change_in_words;
use fencepost_explore::Status;
use fencepost_explore::store::{Change, Comparison, StoredRow};

/// The lines, one for each finding. `file` says where the file of a scenario lies, as seen from the root of the
/// repository; none: it is no file there, and the annotation stands for the job as a whole.
pub fn annotations(findings: &[Finding], file: &dyn Fn(&str) -> Option<String>) -> String {
    findings.iter().map(|finding| annotation(finding, file)).collect()
}

fn annotation(finding: &Finding, file: &dyn Fn(&str) -> Option<String>) -> String {
    let word = if finding.status == Status::Unclear { "warning" } else { "error" };
    let Finding { scenario, variant, title, text, next, line, .. } = finding;
    let title = format!("{scenario}/{variant}: {title}");
    at_line(word, file(&finding.path).as_deref(), *line, &title, &format!("{text}\nNext  {next}"))
}

/// One annotation: `error` or `warning`, at a line of a file as seen from the root of the repository.
pub(crate) fn at_line(word: &str, file: Option<&str>, line: usize, title: &str, message: &str) -> String {
    let place = file.map(|file| format!("file={},line={line},", property(file))).unwrap_or_default();
    format!("::{word} {place}title={}::{}\n", property(title), data(message))
}

/// The lines of safety properties that got worse since a baseline, as [`annotations`] has them.
pub fn worse(comparison: &Comparison, rows: &[StoredRow], file: &dyn Fn(&str) -> Option<String>) -> String {
    let finding = |change: &Change| {
        let is_it =
            |row: &&StoredRow| row.head.scenario == change.scenario && row.head.variant == change.variant;
        let row = rows.iter().find(is_it)?;
        let case = change.case.clone().unwrap_or_default();
        Some(Finding {
            scenario: change.scenario.clone(),
            variant: change.variant.clone(),
            what: change.property.clone(),
            status: Status::Unexpected,
            title: format!("{} got worse", change.property),
            text: change_in_words(change),
            next: format!("fencepost replay {case}"),
            path: row.of.path.clone(),
            line: row.line_of(&change.property),
        })
    };
    annotations(&comparison.worse().filter_map(finding).collect::<Vec<_>>(), file)
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_points_at_its_line_and_nothing_in_it_ends_it_early() {
        let finding = Finding {
            scenario: "pause".to_owned(),
            variant: "plain".to_owned(),
            what: "exclusive-belief".to_owned(),
            status: Status::Unexpected,
            title: "exclusive-belief breaks, 100%".to_owned(),
            text: "two had it\n::error::not a command".to_owned(),
            next: "fencepost replay pause/plain@3".to_owned(),
            path: "scenarios/pause.toml".to_owned(),
            line: 12,
        };
        let told = annotations(std::slice::from_ref(&finding), &|path| Some(path.to_owned()));
        assert_eq!(
            told,
            "::error file=scenarios/pause.toml,line=12,title=pause/plain%3A exclusive-belief breaks%2C 100%25\
             ::two had it%0A::error::not a command%0ANext  fencepost replay pause/plain@3\n"
        );
        let unclear = Finding { status: Status::Unclear, ..finding };
        assert!(annotations(&[unclear], &|_| None).starts_with("::warning title=pause/plain%3A"));
    }
}
