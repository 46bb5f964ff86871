//! `completions SHELL`: what a shell needs to complete commands, made of the definition of the verbs.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Ending, say};

/// Write what a shell needs to complete commands, to standard output.
///
/// bash: tidings completions bash > ~/.local/share/bash-completion/completions/tidings
/// fish: tidings completions fish > ~/.config/fish/completions/tidings.fish
/// zsh: into a file `_tidings` in a folder of $fpath
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Completions {
    /// Which shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Ending {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "tidings", &mut script);
        say(String::from_utf8_lossy(&script).trim_end());
        Ending::Done
    }
}
