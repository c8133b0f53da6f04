//! Files that people asked for: as a whole or not at all.

use fencepost_explore::Refused;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file that is written beside the one that it becomes, so that nobody ever sees half of it. It goes away
/// where it is not kept.
pub(crate) struct Draft<'a> {
    path: &'a Path,
    beside: PathBuf,
    file: Option<File>,
}

impl<'a> Draft<'a> {
    /// Opens one for `path`. Fails where no file can be made there.
    pub fn beside(path: &'a Path) -> Result<Draft<'a>, Refused> {
        let help = "name a file in a folder that exists and can be written, or `-` for standard output";
        let Some(name) = path.file_name().filter(|_| !path.is_dir()) else {
            let message = format!("`{}` is no file", path.display());
            return Err(Refused::Bad { message, help: help.to_owned() });
        };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.tmp", std::process::id()));
        let beside = path.with_file_name(hidden);
        let file = File::create_new(&beside);
        let file = file.map_err(|error| cannot_write(path, &error, help))?;
        Ok(Draft { path, beside, file: Some(file) })
    }

    /// Writes it and puts it in its place. Fails where the disk does.
    pub fn keep(mut self, text: &str) -> Result<(), Refused> {
        let help = "look at the space on that disk, or name another file";
        let file = self.file.take();
        let written =
            file.map_or(Ok(()), |mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        let placed = written.and_then(|()| std::fs::rename(&self.beside, self.path));
        placed.map_err(|error| cannot_write(self.path, &error, help))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        // It is gone already where it was kept.
        let _ = std::fs::remove_file(&self.beside);
    }
}

fn cannot_write(path: &Path, error: &std::io::Error, help: &str) -> Refused {
    let message = format!("`{}` cannot be written: {error}", path.display());
    Refused::Bad { message, help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_explore::Exit;

    #[test]
    fn a_file_is_there_as_a_whole_or_not_at_all() {
        let folder = std::env::temp_dir().join(format!("fencepost-svg-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let path = folder.join("lanes.svg");
        drop(Draft::beside(&path).unwrap_or_else(|_| panic!("the folder can be written")));
        assert_eq!(std::fs::read_dir(&folder).expect("it is there").count(), 0, "a draft leaves nothing");
        for text in ["one", "another"] {
            let draft = Draft::beside(&path).unwrap_or_else(|_| panic!("the folder can be written"));
            draft.keep(text).unwrap_or_else(|_| panic!("the file can be written"));
            assert_eq!(std::fs::read_to_string(&path).expect("it was written"), text);
        }
        assert_eq!(std::fs::read_dir(&folder).expect("it is there").count(), 1);
        std::fs::remove_dir_all(&folder).expect("it was ours");
    }

    #[test]
    fn what_cannot_be_written_is_refused_with_its_name() {
        let missing = std::env::temp_dir().join("no such folder").join("lanes.svg");
        for path in [missing.as_path(), std::env::temp_dir().as_path(), Path::new("/")] {
            let Err(refused) = Draft::beside(path) else { panic!("{} was opened", path.display()) };
            assert_eq!(refused.exit(), Exit::Usage);
            assert!(refused.render(false).contains(&path.display().to_string()), "{}", refused.render(false));
        }
    }
}
