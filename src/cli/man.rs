//! `backuplint man`.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use miette::IntoDiagnostic;

use super::{Cli, exit, output, terminal};

/// Options of `man`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  backuplint man | man -l -\n  backuplint man --dir /usr/local/share/man/man1"
)]
pub(super) struct ManArgs {
    /// Write one page a command to this folder instead
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs) -> miette::Result<u8> {
    let command = Cli::command();
    let Some(folder) = &args.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).into_diagnostic()?;
        terminal::print(&page)?;
        return Ok(exit::CLEAN);
    };
    let mut pages = vec![("backuplint".to_owned(), command)];
    while let Some((name, command)) = pages.pop() {
        for child in command.get_subcommands().filter(|child| child.get_name() != "help") {
            let name = format!("{name}-{}", child.get_name());
            pages.push((name.clone(), child.clone().name(name.clone())));
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).into_diagnostic()?;
        output::write_file(&folder.join(format!("{name}.1")), |out| out.write_all(&page))?;
    }
    Ok(exit::CLEAN)
}
