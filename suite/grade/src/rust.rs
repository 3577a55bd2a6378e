//! Compiling an answer in Rust.
//!
//! The compiler is trusted, the source is not: `include_str!` reads what the compiler may read. So it runs in a sandbox
//! of its own that holds the toolchain and the source and nothing else, and the executable then runs like any other
//! program.

use std::path::PathBuf;
use std::process::Command;

use crate::project::Limits;
use crate::sandbox::{End, Run, Sandbox, SandboxError, SandboxKind};

/// Where the toolchain is inside the sandbox.
const TOOLCHAIN: &str = "/toolchain";

/// What the compiler may use.
const LIMITS: Limits = Limits { wall_seconds: 60, memory_mib: 3072, processes: 128, file_mib: 64, disk_mib: 256 };

/// A Rust compiler of this machine.
#[derive(Clone, Debug)]
pub(crate) struct Compiler {
    toolchain: PathBuf,
}

/// What came of compiling.
#[derive(Clone, Debug)]
pub(crate) enum Compiled {
    /// The executable's bytes.
    Executable(Vec<u8>),
    /// What the compiler said first.
    Refused(String),
}

impl Compiler {
    /// The compiler that `rustc` in PATH stands for, where there is a linker too.
    pub(crate) fn find() -> Option<Self> {
        let said = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
        let toolchain = PathBuf::from(String::from_utf8(said.stdout).ok()?.trim());
        let linker = ["/usr/bin/cc", "/bin/cc"].iter().any(|path| std::path::Path::new(path).exists());
        (said.status.success() && linker && toolchain.join("bin/rustc").is_file()).then_some(Self { toolchain })
    }

    /// Compiles one file to an executable: edition 2024, optimised, arithmetic checked for overflow.
    pub(crate) fn compile(&self, sandbox: &Sandbox, source: &str) -> Result<Compiled, SandboxError> {
        let (toolchain, mounts) = match sandbox.kind() {
            SandboxKind::LimitsOnly => (self.toolchain.to_string_lossy().into_owned(), Vec::new()),
            _ => (TOOLCHAIN.to_string(), vec![(self.toolchain.clone(), TOOLCHAIN.to_string())]),
        };
        let options = "--edition 2024 -C opt-level=1 -C overflow-checks=on -C debuginfo=0 -C strip=symbols \
                       -C codegen-units=1 --cap-lints allow --color never --crate-name solution -o solution solution.rs";
        let program = [format!("{toolchain}/bin/rustc"), "--sysroot".into(), toolchain].into_iter();
        let run = Run {
            program: program.chain(options.split_whitespace().map(str::to_string)).collect(),
            files: [("solution.rs".to_string(), source.as_bytes().to_vec())].into(),
            collect: vec!["solution".into()],
            mounts,
            wide: true,
            trusted: true,
            ..Run::default()
        };
        let mut finished = sandbox.run(&run, &LIMITS)?;
        Ok(match (finished.end, finished.files.remove("solution")) {
            (End::Exited(0), Some(executable)) => Compiled::Executable(executable),
            (End::Exited(_), _) => Compiled::Refused(first_error(&finished.stderr)),
            (end, _) => Compiled::Refused(format!("the compiler did not end by itself: {end:?}")),
        })
    }
}

fn first_error(said: &str) -> String {
    let error = said.lines().find(|line| line.starts_with("error")).or(said.lines().next());
    error.unwrap_or("the compiler said nothing").chars().take(300).collect()
}
