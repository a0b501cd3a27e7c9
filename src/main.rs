//! The binary: parses the command line, runs it, and turns a start-up error into advice and an exit code.

use inkstone::app::arguments::{self, Command, HELP, Serve};
use inkstone::app::update::rehearse;
use inkstone::app::{
    autostart, backup, bell, check, console, look, open_package, os, restore, serve,
    verify_document, verify_package,
};
use inkstone::bench;
use inkstone::kit::{Result, version};
use inkstone::store::DataDir;
use std::process::ExitCode;

fn main() -> ExitCode {
    // what is said on a console nobody sees is shown
    let alone = os::is_on_desktop();
    let command = match arguments::parse(std::env::args().skip(1)) {
        Ok(Command::Serve(options)) if alone && !options.no_browser => {
            os::let_console_go();
            Command::Serve(Serve {
                desktop: true,
                ..options
            })
        }
        Ok(command) => command,
        Err(said) => {
            console::complain(&format!("{said}\n"));
            if alone {
                os::show(&said);
            }
            return ExitCode::from(2);
        }
    };
    let shows = alone && is_of_desktop(&command);
    match run(command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            tracing::error!(cause = %e, "start-up ended");
            console::complain(&format!("\n　　{e}\n\n"));
            if shows {
                os::show(&e.to_string());
            }
            ExitCode::FAILURE
        }
    }
}

/// What people start by an icon; on Windows whatever has a console of its own. Elsewhere a script without a terminal looks the same.
const fn is_of_desktop(command: &Command) -> bool {
    cfg!(windows)
        || matches!(
            command,
            Command::Serve(_) | Command::Open { .. } | Command::Stop { .. }
        )
}

/// True where all was well.
fn run(command: Command) -> Result<bool> {
    match command {
        Command::Serve(options) => serve::serve(&options, Some(bench::demo::FILLER)).map(|()| true),
        Command::Stop { data, asks } => {
            bell::command(&DataDir::at(autostart::meant(data)), asks).map(|()| true)
        }
        Command::Verify { data } => check::check(data),
        Command::VerifyDocument(wanted) => verify_document::command(&wanted),
        Command::VerifyPackage(wanted) => verify_package::command(&wanted),
        Command::Backup { data, to } => backup::command(data, to.as_deref()).map(|()| true),
        Command::Restore(options) => restore::command(&options),
        Command::Open { file, serve } if open_package::is_package(&file) => {
            open_package::command(&file, !serve.no_browser).map(|()| true)
        }
        Command::Open { file, serve } => look::open(&file, &serve).map(|()| true),
        Command::Demo { data } => bench::demo::command(data).map(|()| true),
        Command::Rehearse { data } => rehearse::command(data),
        Command::Service { wanted, data } => autostart::command(wanted, data).map(|()| true),
        Command::Bench { name, json } => bench::run(&name, json),
        Command::Load { plan } => bench::load(&plan).map(|()| true),
        Command::Version => {
            console::say(&format!("inkstone {}\n", version()));
            Ok(true)
        }
        Command::Help => {
            console::say(&format!("{HELP}\n"));
            Ok(true)
        }
    }
}
