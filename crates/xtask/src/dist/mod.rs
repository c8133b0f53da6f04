//! `cargo xtask dist`: a release for this machine's kind, as one archive: the binary, its man pages, completions for
//! shells, the licences of everything in it, and the README. The same source and toolchain give the same archive,
//! byte for byte: names are sorted, and no time, no user and no folder of this machine is in it.

mod archive;
mod licences;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::outcome::Outcome;
use crate::process::{self, Ground};

const SHELLS: &[&str] = &["bash", "elvish", "fish", "powershell", "zsh"];
/// What lies in the root of the checkout and goes along.
const DOCUMENTS: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Builds, tries out and packs. `profile` is cargo's.
pub fn run(root: &Path, profile: &str) -> Outcome {
    match pack(root, profile) {
        Ok(archive) => {
            println!("Wrote  {}", archive.display());
            Outcome::Passed
        }
        Err(why) => Outcome::Failed(why),
    }
}

fn pack(root: &Path, profile: &str) -> Result<PathBuf, String> {
    let place = process::target(root).join("dist");
    let build = ["build", "--locked", "-p", "fencepost", "--profile", profile];
    let mut build = process::cargo(root, Ground::Madsim, &build, "");
    // Other flags than every other build here, so it has a folder of its own.
    build.env("CARGO_TARGET_DIR", place.join("build"));
    build.env("CARGO_ENCODED_RUSTFLAGS", without_places(root));
    let built = process::stream(build, |_| {});
    if !built.is_ok_and(|status| status.success()) {
        return Err("the release does not build".to_owned());
    }
    let folder = place.join("build").join(if profile == "dev" { "debug" } else { profile });
    let binary = folder.join(format!("fencepost{}", std::env::consts::EXE_SUFFIX));
    let name = format!(
        "fencepost-{}-{}-{}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH,
        std::env::consts::OS
    );
    let stage = place.join(&name);
    stage_all(root, &binary, &stage).map_err(|error| format!("{}: {error}", stage.display()))?;
    try_out(&stage)?;
    let archive = place.join(format!("{name}.tar.gz"));
    archive::write(&stage, &name, &archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    Ok(archive)
}

/// The flags of the madsim ground, and those that leave the folders of this machine out of the binary: panics name
/// the file that they come from.
fn without_places(root: &Path) -> String {
    let mut flags: Vec<String> = Ground::Madsim.flags().split(' ').map(str::to_owned).collect();
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let crates = std::env::var_os("CARGO_HOME").map(PathBuf::from).or(home);
    let places = [(Some(root.to_owned()), "fencepost"), (crates, "cargo")];
    for (place, name) in places.into_iter().filter_map(|(place, name)| Some((place?, name))) {
        flags.push(format!("--remap-path-prefix={}={name}", place.display()));
    }
    flags.join("\x1f")
}

/// Everything that goes along, in its place.
fn stage_all(root: &Path, binary: &Path, stage: &Path) -> io::Result<()> {
    if stage.exists() {
        fs::remove_dir_all(stage)?;
    }
    fs::create_dir_all(stage.join("completions"))?;
    fs::copy(binary, stage.join("fencepost"))?;
    for document in DOCUMENTS {
        fs::copy(root.join(document), stage.join(document))?;
    }
    let pages = stage.join("man/man1");
    said(Command::new(binary).arg("man").arg("--out").arg(&pages))?;
    for shell in SHELLS {
        let script = said(Command::new(binary).args(["completions", shell]))?;
        fs::write(stage.join("completions").join(format!("fencepost.{shell}")), script)?;
    }
    fs::write(stage.join("LICENCES-OF-OTHERS.txt"), licences::of_everything_in_it(root)?)
}

/// What a command prints; an error where it fails.
fn said(command: &mut Command) -> io::Result<Vec<u8>> {
    let output = command.output()?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}

/// Runs what is packed as its users will: away from the checkout, with nothing but itself. A binary that is linked
/// statically would end here, because madsim looks libc's functions up while it runs.
fn try_out(stage: &Path) -> Result<(), String> {
    let mut smoke = Command::new(stage.join("fencepost"));
    smoke.args(["run", "smoke", "--seeds", "2"]).current_dir(stage.join("completions"));
    let told = said(&mut smoke).map_err(|error| format!("the release does not run: {error}"))?;
    let told = String::from_utf8_lossy(&told).into_owned();
    let is_whole = told.contains("madsim ground") && told.contains("as expected");
    if is_whole { Ok(()) } else { Err(format!("the release does not do what it should:\n{told}")) }
}
