//! `fencepost new lock NAME`: a project with a lock of one's own, its tests, and a command line in which it
//! stands beside the locks that ship.

use super::{bad, place, unwritable, write};
use fencepost_explore::{Catalogue, Refused};
use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The files of a project. `{{…}}` is filled in.
const FILES: [(&str, &str); 5] = [
    ("Cargo.toml", include_str!("project/manifest.toml")),
    ("src/lib.rs", include_str!("project/lib.rs")),
    ("src/main.rs", include_str!("project/main.rs")),
    ("tests/safe.rs", include_str!("project/safe.rs")),
    (".gitignore", "/target\n"),
];

/// The template is a module of the tests of this crate, so that it compiles and is linted like the rest.
#[cfg(test)]
#[path = "project/lib.rs"]
mod template;

/// Writes the project; gives back what to say.
pub(super) fn new(
    catalogue: &Catalogue,
    name: &str,
    out: Option<&Path>,
    checkout: Option<&Path>,
) -> Result<String, Refused> {
    check_name(catalogue, name)?;
    let folder = place(out, PathBuf::from(name));
    if folder.exists() {
        let error = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(unwritable(&folder, &error));
    }
    let checkout = match checkout {
        Some(named) if is_checkout(named) => Some(named.to_owned()),
        Some(named) => {
            let message = format!("`{}` is no checkout of fencepost", named.display());
            return Err(bad(message, "name the folder that has `crates/fencepost` in it"));
        }
        None => checkout_around(),
    };
    fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    let source = source(&folder, checkout.as_deref());
    for (path, template) in FILES {
        write(&folder.join(path), &filled(template, name, &source))?;
    }
    // The versions that fencepost was tested with, where they are known.
    if let Some(lock) = checkout.and_then(|checkout| fs::read_to_string(checkout.join("Cargo.lock")).ok()) {
        write(&folder.join("Cargo.lock"), &lock)?;
    }
    Ok(told(&folder, name))
}

fn told(folder: &Path, name: &str) -> String {
    let folder = folder.display();
    format!(
        "Wrote  {folder}: the lock in src/lib.rs, its tests in tests/safe.rs, a command line in src/main.rs\n\
         Next   cd {folder}\n\
         \x20      cargo test\n\
         \x20      cargo run --release -- run comparison\n\
         \x20      cargo run --release -- replay pause-past-lease/{name}-as-plain@0\n"
    )
}

/// The name is that of a package, of a lock beside those that ship, and of variants.
fn check_name(catalogue: &Catalogue, name: &str) -> Result<(), Refused> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let is_name = (1..=32).contains(&name.len()) && name.chars().all(fits) && !name.ends_with('-');
    if !is_name || !name.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        let help =
            "names have 1 to 32 small letters, digits and `-`, begin with a letter and do not end in `-`";
        return Err(bad(format!("{name:?} is no name for a lock of yours"), help));
    }
    let is_taken = catalogue.system(name).is_some();
    if is_taken || is_taken_by_rust(name) || name.starts_with("fencepost") {
        let whose = if is_taken { "a lock that ships has it" } else { "Rust, or fencepost, has it" };
        return Err(bad(format!("`{name}` is taken: {whose}"), "take another name, such as `mine`"));
    }
    Ok(())
}

/// Names that no package can have: keywords, and crates that are always there.
fn is_taken_by_rust(name: &str) -> bool {
    const TAKEN: &str = "abstract alloc as async await become box break build const continue core crate deps do \
        dyn else enum examples extern false final fn for gen if impl in incremental let loop macro match mod move \
        mut override priv proc-macro pub ref return self static std struct super test trait true try type typeof \
        union unsafe unsized use virtual where while yield";
    TAKEN.split_whitespace().any(|taken| taken == name)
}

fn filled(template: &str, name: &str, source: &str) -> String {
    let text = template.replace("{{name}}", name).replace("{{crate}}", &name.replace('-', "_"));
    text.replace("{{source}}", source).replace("{{rust}}", env!("CARGO_PKG_RUST_VERSION"))
}

/// Where the project gets fencepost from: the checkout, as seen from the project's folder, or the registry.
fn source(folder: &Path, checkout: Option<&Path>) -> String {
    let here = fs::canonicalize(folder).ok();
    let there = checkout.and_then(|checkout| fs::canonicalize(checkout.join(CRATE)).ok());
    match here.zip(there) {
        Some((here, there)) => {
            let path = from_to(&here, &there).to_string_lossy().replace('\\', "/");
            format!("path = {path:?}")
        }
        None => format!("version = {:?}", env!("CARGO_PKG_VERSION")),
    }
}

/// The facade's folder in a checkout.
const CRATE: &str = "crates/fencepost";

fn is_checkout(folder: &Path) -> bool {
    folder.join(CRATE).join("Cargo.toml").is_file() && folder.join("sims/Cargo.toml").is_file()
}

/// The checkout in which this runs: under `cargo run`, or in one of its folders, or as something built there.
fn checkout_around() -> Option<PathBuf> {
    let by_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let starts = [by_cargo, std::env::current_dir().ok(), std::env::current_exe().ok()];
    let mut folders = starts.iter().flatten().flat_map(|start| start.ancestors());
    folders.find(|folder| is_checkout(folder)).map(Path::to_owned)
}

/// The way from one absolute folder to another.
fn from_to(here: &Path, there: &Path) -> PathBuf {
    let (mut from, mut to) = (here.components().peekable(), there.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| Component::ParentDir.as_os_str());
    let way: PathBuf = up.chain(to.map(Component::as_os_str)).collect();
    if way.as_os_str().is_empty() { PathBuf::from(OsStr::new(".")) } else { way }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn the_lock_of_the_template_stands_what_the_one_that_ships_stands() {
        for (id, like) in [
            ("pause-past-lease", "plain"),
            ("acquire-reply-lost", "cleans-up"),
            ("release-after-expiry", "script"),
            ("dead-holder", "with-ttl"),
            ("delayed-write", "plain"),
        ] {
            scenario(id).variant("mine", template::system()).like(like).seeds(0..30).assert_expected();
        }
        scenario("smoke").variant("mine", template::system()).seeds(0..30).assert_expected();
    }

    #[test]
    fn a_name_has_to_do_for_a_package_and_a_lock() {
        let catalogue = crate::catalogue();
        for name in ["mine", "my-lock-2", "a"] {
            assert!(check_name(&catalogue, name).is_ok(), "{name}");
        }
        for name in
            ["", "Mine", "2mine", "mine-", "-mine", "a b", "../x", "redis", "test", "fn", "fencepost", "é"]
        {
            assert!(check_name(&catalogue, name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_way_goes_up_and_down() {
        let way = |here, there| from_to(Path::new(here), Path::new(there));
        assert_eq!(way("/a/b/mine", "/a/fencepost/crates"), Path::new("../../fencepost/crates"));
        assert_eq!(way("/a", "/a/b"), Path::new("b"));
        assert_eq!(way("/a", "/a"), Path::new("."));
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        for (path, template) in FILES {
            let text = filled(template, "my-lock", "version = \"1\"");
            assert!(!text.contains("{{"), "{path}: {text}");
        }
        assert!(filled(FILES[2].1, "my-lock", "").contains(".with(\"my-lock\", my_lock::system())"));
    }

    #[test]
    fn a_project_is_written_once_and_never_over_something() {
        let place = std::env::temp_dir().join(format!("fencepost-project-{}", std::process::id()));
        let catalogue = crate::catalogue();
        let told = new(&catalogue, "mine", Some(&place), None).expect("a new folder");
        assert!(told.contains("cargo test"), "{told}");
        for (path, _) in FILES {
            assert!(place.join(path).is_file(), "{path}");
        }
        let refused = new(&catalogue, "mine", Some(&place), None).expect_err("it is there already");
        assert!(refused.to_string().contains("nothing is overwritten"), "{refused}");
        let nowhere = new(&catalogue, "mine", Some(&place.join("x")), Some(&place)).expect_err("no checkout");
        assert!(nowhere.to_string().contains("is no checkout of fencepost"), "{nowhere}");
        fs::remove_dir_all(&place).expect("it was made here");
    }
}
