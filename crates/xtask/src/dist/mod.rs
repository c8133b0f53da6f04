//! `cargo xtask dist`: a release for this machine's kind, as one archive: the binary, its man pages, completions for
//! shells, the licences of everything in it, and the README. The same source, toolchain and folder give the same
//! archive, byte for byte: names are sorted, and no time and no user is in it.

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
    let build = ["build", "--locked", "-p", "fencepost", "--profile", profile];
    let built = process::stream(process::cargo(root, Ground::Madsim, &build, ""), |_| {});
    if !built.is_ok_and(|status| status.success()) {
        return Err("the release does not build".to_owned());
    }
    let folder = process::target(root).join(if profile == "dev" { "debug" } else { profile });
    let binary = folder.join(format!("fencepost{}", std::env::consts::EXE_SUFFIX));
    let place = process::target(root).join("dist");
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
