//! What breaks a rule: where, what, and the smallest cure. Every message stands in this file.

use std::fmt;

/// One breach of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    path: String,
    line: usize,
    what: String,
    help: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { path, line, what, help } = self;
        write!(f, "{path}:{line}: {what}\n  help: {help}")
    }
}

impl Finding {
    fn new(path: &str, line: usize, what: String, help: &str) -> Finding {
        Finding { path: path.to_owned(), line, what, help: help.to_owned() }
    }

    /// A source file beyond the ceiling.
    pub fn long_file(path: &str, lines: usize, ceiling: usize) -> Finding {
        let help = "split it by idea; a mere table goes into TABLES of tidy/size.rs, with its reason";
        Finding::new(path, lines, format!("file of {lines} lines, the ceiling is {ceiling}"), help)
    }

    /// A function that does not fit on a screen.
    pub fn long_function(path: &str, line: usize, name: &str, lines: usize, ceiling: usize) -> Finding {
        let what = format!("function `{name}` of {lines} lines, the ceiling is {ceiling}");
        Finding::new(
            path,
            line,
            what,
            "keep the branching here and move the leaves into functions of their own",
        )
    }

    /// An exception from the ceiling that nothing needs.
    pub fn idle_exception(path: &str) -> Finding {
        Finding::new(
            path,
            1,
            "excepted from the ceiling, but within it or gone".into(),
            "take it out of TABLES",
        )
    }

    /// A file that does not belong into a repository.
    pub fn large_file(path: &str, bytes: usize, ceiling: usize) -> Finding {
        let what = format!("file of {bytes} bytes, the ceiling is {ceiling}");
        Finding::new(path, 1, what, "generate it, shorten it, or keep it out of the repository")
    }

    /// A word that has no place here.
    pub fn banned_word(path: &str, line: usize, word: &str, instead: &str) -> Finding {
        Finding::new(path, line, format!("`{word}` has no place here"), instead)
    }

    /// A package that does not say what it is for.
    pub fn mute_package(folder: &str) -> Finding {
        let help = "begin its root module with `//!`, or add a README.md";
        Finding::new(
            &format!("{folder}/Cargo.toml"),
            1,
            "the package does not say what it is for".into(),
            help,
        )
    }

    /// A simulated system whose model nobody can judge.
    pub fn undescribed_system(folder: &str) -> Finding {
        let help = "say what is modelled and what is left out";
        Finding::new(folder, 1, "the folder has no README.md".into(), help)
    }

    /// A page without a title.
    pub fn untitled_page(path: &str) -> Finding {
        Finding::new(path, 1, "the page does not begin with a title".into(), "let its first line be `# ...`")
    }

    /// A link that leads nowhere.
    pub fn dead_link(path: &str, line: usize, target: &str) -> Finding {
        let what = format!("the link to `{target}` leads to no file of the repository");
        Finding::new(path, line, what, "mend the path, which is relative to the page")
    }

    /// A path that exists on one machine.
    pub fn machine_path(path: &str, line: usize, place: &str) -> Finding {
        let what = format!("`{place}...` is a path of one machine");
        Finding::new(path, line, what, "use a path relative to the repository, or a folder made for the test")
    }

    /// Text that is not UTF-8.
    pub fn not_utf8(path: &str, line: usize) -> Finding {
        Finding::new(path, line, "not UTF-8".into(), "store it as UTF-8")
    }
}
