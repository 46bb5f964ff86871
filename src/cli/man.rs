//! `man`: manual pages, made of the definition of the verbs.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::{Cli, Common, Ending, Failure, print_json, say};

/// Write the manual page of tidings to standard output, or those of all verbs into a folder.
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Write a page for each verb into this folder ("/usr/local/share/man/man1").
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(self, common: &Common) -> Result<Ending, Failure> {
        let command = Cli::command();
        let Some(dir) = self.dir else {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            say(String::from_utf8_lossy(&page).trim_end());
            return Ok(Ending::Done);
        };
        let unwritable = |why: std::io::Error| {
            Failure::failed(format!("cannot write manual pages into {}: {why}", dir.display()))
                .hint("name a folder that this user may write to with --dir")
        };
        std::fs::create_dir_all(&dir).map_err(unwritable)?;
        clap_mangen::generate_to(command, &dir).map_err(unwritable)?;
        if common.json {
            print_json(&serde_json::json!({ "written_into": dir }));
        } else if !common.quiet {
            say(&format!("manual pages written into {}: `man -l {}`", dir.display(), dir.join("tidings.1").display()));
        }
        Ok(Ending::Done)
    }
}
