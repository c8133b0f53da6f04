//! `fencepost explain`: one page on each word that a user meets.

mod concepts;
mod page;
mod presets;
mod sql;
mod stories;
mod systems;
mod texts;
mod words;

use super::{refuse, shelf};
use crate::args::ExplainArgs;
use crate::output::Output;
use fencepost_explore::{Catalogue, Exit, Refused, nearest};
use page::{Family, Page, wrapped};

/// Prints what the word means, or all words; gives back the exit code.
pub(crate) fn explain(catalogue: &Catalogue, args: &ExplainArgs) -> Exit {
    let text = shelf(catalogue).and_then(|shelf| {
        let pages = words::pages(catalogue, &shelf);
        if args.word.is_empty() { Ok(all(&pages)) } else { one(&pages, &args.word.join(" ")) }
    });
    match text {
        Ok(text) => {
            Output::stdout().print(&text);
            Exit::AsExpected
        }
        Err(refused) => refuse(&refused),
    }
}

/// The pages of a word: it may mean several things.
fn one(pages: &[Page], word: &str) -> Result<String, Refused> {
    // What reports print with spaces may be typed so.
    let name = word.trim().replace(' ', "-").to_lowercase();
    let meant: Vec<String> = pages.iter().filter(|page| page.name == name).map(Page::render).collect();
    if !meant.is_empty() {
        return Ok(meant.join("\n"));
    }
    let help = match nearest(&name, pages.iter().map(|page| page.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`fencepost explain` lists all words".to_owned(),
    };
    Err(Refused::NoSuch { noun: "word", word: word.to_owned(), help })
}

/// All words, family by family.
fn all(pages: &[Page]) -> String {
    let mut text = String::new();
    for (family, _, several) in Family::ALL {
        let mut names: Vec<&str> =
            pages.iter().filter(|page| page.family == *family).map(|page| page.name.as_str()).collect();
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        if !names.is_empty() {
            text += &format!("{several}\n{}\n", wrapped("  ", &names.join(", ")));
        }
    }
    text + "Next  fencepost explain exclusive-belief\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_explore::Shelf;
    use std::path::Path;

    pub(super) fn pages() -> Vec<Page> {
        let catalogue = crate::catalogue();
        let shelf = Shelf::open(&catalogue, Path::new("only what is built in")).expect("nothing is read");
        words::pages(&catalogue, &shelf)
    }

    #[test]
    fn every_family_has_words_and_every_word_a_page() {
        let pages = pages();
        for (family, ..) in Family::ALL {
            let expected = !matches!(family, Family::Defect); // Locks without one may be all there are.
            assert!(!expected || pages.iter().any(|page| page.family == *family), "{family:?}");
        }
        for page in &pages {
            let text = one(&pages, &page.name).unwrap_or_else(|_| panic!("{} has no page", page.name));
            assert!(text.lines().count() > 2, "{text}");
        }
    }

    /// Words that stand in tables, replays and scenario files, as they stand there.
    #[test]
    fn what_people_read_can_be_asked_for() {
        for word in [
            "tenure",
            "belief",
            "calm tail",
            "inside the claims",
            "not claimed",
            "not offered",
            "deferred",
            "holder",
            "store",
            "datagram",
            "aof-everysec",
            "pause-past-lease",
            "planted",
            "UNEXPECTED",
            "lease",
        ] {
            assert!(one(&pages(), word).is_ok(), "{word}");
        }
    }

    #[test]
    fn a_word_of_several_meanings_has_several_pages() {
        let text = one(&pages(), "duplicate").unwrap_or_default();
        assert!(text.starts_with("duplicate (fault)\n"), "{text}");
        assert!(text.contains("\nduplicate (scenario key)\n"), "{text}");
    }

    #[test]
    fn a_preset_tells_what_each_option_is_here() {
        let text = one(&pages(), "redisson-rlock").unwrap_or_default();
        assert!(text.starts_with("redisson-rlock (preset)\n"), "{text}");
        assert!(text.contains("lockWatchdogTimeout"), "{text}");
        assert!(text.contains("renew = lockWatchdogTimeout / 3"), "{text}");
    }

    /// What is right can be copied; what is flawed on purpose is not shown.
    #[test]
    fn a_check_at_the_resource_is_shown_in_sql() {
        for (gate, word, _) in fencepost_model::Gate::ALL {
            let text = one(&pages(), word).unwrap_or_default();
            let is_shown =
                text.contains("UPDATE orders SET") || text.contains("ON CONFLICT (job) DO NOTHING");
            assert_eq!(is_shown, *word != "none" && !gate.is_flawed(), "{text}");
            assert!(text.lines().all(|line| line.chars().count() <= 104), "{text}");
        }
    }

    #[test]
    fn an_unknown_word_gets_the_nearest() {
        let told = one(&pages(), "exclusive-believe").expect_err("no such word").render(false);
        assert!(told.contains("did you mean `exclusive-belief`?"), "{told}");
        let told = one(&pages(), "quasiperiodic").expect_err("no such word").render(false);
        assert!(told.contains("`fencepost explain` lists all words"), "{told}");
        assert!(one(&pages(), "bounded pause").is_ok(), "as reports print it");
    }

    #[test]
    fn the_list_has_every_word_once_in_its_family() {
        let pages = pages();
        let text = all(&pages);
        assert!(pages.iter().all(|page| text.contains(&page.name)));
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
