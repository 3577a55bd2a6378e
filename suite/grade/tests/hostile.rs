//! Programs that mean harm, in every sandbox that works here.

mod support;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use merit_grade::sandbox::{End, LARGEST_OUTPUT, Run};
use support::{TIGHT, all, isolating, lives, printed, python, run};

/// Waits for processes with this word to be gone: a killed process needs a moment to die.
fn assert_gone(word: &str, what: &str) {
    let patience = Instant::now() + Duration::from_secs(10);
    while lives(word) {
        assert!(Instant::now() < patience, "{what}: a process has outlived its run");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_fork_bomb_is_bounded_and_nothing_of_it_is_left() {
    for sandbox in all() {
        let counted = "
import os, time
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(100)
        count += 1
except OSError:
    print(count)
";
        let finished = run(&sandbox, counted);
        let count: u32 = printed(&finished).parse().expect("a number");
        // Without namespaces the user's other processes count too, and those that have ended since leave room.
        let others = if sandbox.kind().isolates() { 0 } else { 200 };
        assert!(count > 0 && count <= TIGHT.processes + others, "{:?}: {count}", sandbox.kind());

        let word = format!("bomb-{}-{:?}", std::process::id(), sandbox.kind());
        let mut bomb = python(
            "
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
",
        );
        bomb.program.push(word.clone());
        assert_eq!(sandbox.run(&bomb, &TIGHT).expect("the sandbox works").end, End::OutOfTime, "{:?}", sandbox.kind());
        assert_gone(&word, &format!("{:?}", sandbox.kind()));
    }
}

#[test]
fn a_disk_filler_gets_no_more_than_the_disk_and_no_file_is_too_large() {
    let filler = "
import os
def fill(folder):
    total = 0
    for number in range(40):
        try:
            with open(f'{folder}/filler-{number}', 'wb', buffering=0) as file:
                while True:
                    total += file.write(b'x' * (1 << 19))
        except OSError:
            pass
        if number == 0 and folder == '.':
            print('file', total)
    return total
print('disk', sum(fill(folder) for folder in ['.', '/tmp', '/dev/shm', '/', '/dev', '/var/tmp', '/run', '/scratch/control']))
";
    for sandbox in isolating() {
        let said = printed(&run(&sandbox, filler));
        let number = |name: &str| -> u64 {
            let line = said.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{said}"));
            line.trim().parse().expect("a number")
        };
        assert_eq!(number("file"), u64::from(TIGHT.file_mib) << 20, "{:?}", sandbox.kind());
        // Two times 1 MiB is what /dev/shm has.
        assert!(number("disk") <= u64::from(TIGHT.disk_mib + 2) << 20, "{:?}: {said}", sandbox.kind());
    }
}

#[test]
fn memory_is_bounded_for_one_process_and_for_all() {
    let eater = "
eaten = []
try:
    while True:
        eaten.append(bytearray(1 << 22))
except MemoryError:
    size = len(eaten)
    eaten = None
    print(size * 4)
";
    let herd = "
import os, time
for number in range(10):
    if os.fork() == 0:
        eaten = bytearray(200 << 20)
        time.sleep(100)
time.sleep(100)
";
    for sandbox in all() {
        let eaten: u32 = printed(&run(&sandbox, eater)).parse().expect("a number");
        assert!(eaten > TIGHT.memory_mib / 2 && eaten <= TIGHT.memory_mib, "{:?}: {eaten}", sandbox.kind());
        assert_eq!(run(&sandbox, herd).end, End::TooMuchMemory, "{:?}", sandbox.kind());
    }
}

#[test]
fn a_sleeper_and_a_flood_are_stopped() {
    for sandbox in all() {
        assert_eq!(run(&sandbox, "import time\ntime.sleep(1000)").end, End::OutOfTime, "{:?}", sandbox.kind());
        let flood = run(&sandbox, "while True: print('x' * 1000)");
        assert_eq!((flood.end, flood.stdout.len()), (End::TooMuchOutput, LARGEST_OUTPUT), "{:?}", sandbox.kind());
        let complaint = run(&sandbox, "import sys\nwhile True: sys.stderr.write('x' * 1000)");
        assert!(matches!(complaint.end, End::Exited(code) if code != 0), "{:?}: {:?}", sandbox.kind(), complaint.end);
        assert!(complaint.stderr.len() <= 4000);
    }
}

#[test]
fn there_is_no_network() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a setting of the socket");
    let port = listener.local_addr().expect("it is bound").port();
    let program = format!(
        "
import socket
try:
    socket.create_connection(('127.0.0.1', {port}), 1).send(b'hello')
    print('connected')
except OSError:
    print('refused')
print(sorted(name for _, name in socket.if_nameindex()))
"
    );
    for sandbox in isolating() {
        assert_eq!(printed(&run(&sandbox, &program)), "refused\n['lo']", "{:?}", sandbox.kind());
        let waiting = listener.accept().expect_err("nobody has connected");
        assert_eq!(waiting.kind(), std::io::ErrorKind::WouldBlock);
    }
    // The same program does connect where nothing keeps it from that: the test can fail.
    std::net::TcpStream::connect(("127.0.0.1", port)).expect("the listener is there");
    assert!(listener.accept().is_ok());
}

#[test]
fn nothing_outside_can_be_read() {
    let folder = tempfile::Builder::new().prefix("merit-hidden-").tempdir().expect("a temporary folder");
    let secret = folder.path().join("cases.jsonl");
    std::fs::write(&secret, "expected values").expect("a file");
    let program = format!(
        "
import os
for path in [{:?}, '/etc/shadow', '/root/.profile', '/proc/1/root{}']:
    try:
        print(path, open(path).read()[:20])
    except OSError:
        pass
found = []
for root, folders, files in os.walk('/'):
    folders[:] = [name for name in folders if os.path.join(root, name) not in ('/proc', '/usr', '/dev')]
    found += [os.path.join(root, name) for name in files + folders if name in ('cases.jsonl', 'hidden', 'root', 'home')]
print(found)
print(sorted(os.environ))
print([line for line in open('/proc/1/environ').read().split('\\0') if line.startswith('CARGO')])
print(sorted(name for name in os.listdir('/proc') if name.isdigit() and int(name) > 50))
",
        secret,
        secret.display()
    );
    for sandbox in isolating() {
        let said = printed(&run(&sandbox, &program));
        let environment = "['HOME', 'LANG', 'PATH', 'PWD', 'PYTHONHASHSEED', 'SHLVL', 'TMPDIR', 'TZ', '_']";
        assert_eq!(said.replace(", 'OLDPWD'", ""), format!("[]\n{environment}\n[]\n[]"), "{:?}", sandbox.kind());
    }
}

#[test]
fn nothing_outside_can_be_written_and_no_power_be_had() {
    let program = "
import os, subprocess
os.environ['PATH'] += ':/usr/sbin'
for path in ['/x', '/usr/x', '/usr/bin/x', '/etc/x', '/dev/x', '/proc/sys/kernel/hostname', '/proc/sys/user/max_user_namespaces', '/proc/sysrq-trigger']:
    try:
        open(path, 'w').write('1')
        print('wrote', path)
    except OSError:
        pass
try:
    os.remove('/usr/bin/env')
    print('removed')
except OSError:
    pass
for command in (['unshare', '-Ur', 'true'], ['mount', '-t', 'tmpfs', 'x', '/scratch/tmp'], ['umount', '/usr'], ['mount', '-o', 'remount,rw', '/'], ['chroot', '/', 'true'], ['hostname', 'x']):
    try:
        if subprocess.run(command, capture_output=True).returncode == 0:
            print('done', command)
    except FileNotFoundError:
        print('no', command)
status = open('/proc/self/status').read()
print([line.split()[1] for line in status.splitlines() if line.startswith(('CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs'))])
";
    for sandbox in isolating() {
        let none = "0".repeat(16);
        let said = printed(&run(&sandbox, program));
        assert_eq!(said, format!("['{none}', '{none}', '{none}', '1']"), "{:?}", sandbox.kind());
    }
}

#[test]
fn a_child_that_outlives_its_parent_is_dead_afterwards() {
    for sandbox in all() {
        let word = format!("survivor-{}-{:?}", std::process::id(), sandbox.kind());
        let program = format!(
            "
import os, subprocess, sys
subprocess.Popen(['bash', '-c', 'exec -a {word} sleep 300'], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv('/bin/sleep', ['{word}', '300'])
    os._exit(0)
import time
time.sleep(0.3)
print('done')
"
        );
        let finished = run(&sandbox, &program);
        assert_eq!((finished.end, printed(&finished).as_str()), (End::Exited(0), "done"), "{:?}", sandbox.kind());
        assert_gone(&word, &format!("{:?}", sandbox.kind()));
    }
}

#[test]
fn who_attacks_the_supervisor_has_only_itself_to_blame() {
    for sandbox in isolating() {
        let killed = run(&sandbox, "import os\nprint('right', flush=True)\nos.kill(-1, 9)");
        assert_ne!(killed.end, End::Exited(0), "{:?}", sandbox.kind());
        let garbage = "
import os, sys
wrote = 0
for process in os.listdir('/proc'):
    for descriptor in range(64):
        try:
            if process.isdigit() and int(process) != os.getpid():
                with open(f'/proc/{process}/fd/{descriptor}', 'ab', buffering=0) as file:
                    file.write(b'exit 1\\n0garbage 18446744073709551615\\n')
                    wrote += 1
        except OSError:
            pass
sys.exit(7)
";
        let finished = run(&sandbox, garbage);
        assert!(matches!(finished.end, End::Destroyed | End::Exited(7)), "{:?}: {:?}", sandbox.kind(), finished.end);
    }
}

#[test]
fn a_program_inherits_nothing_but_its_three_streams() {
    for sandbox in all() {
        let said = printed(&run(
            &sandbox,
            "
import os
print([number for number in range(3, 300) if os.path.exists(f'/proc/self/fd/{number}')])
",
        ));
        assert_eq!(said, "[]", "{:?}", sandbox.kind());
    }
}

#[test]
fn files_go_in_and_come_out_and_links_lead_nowhere() {
    for sandbox in all() {
        let mut job = python(
            "
import os, sys
print(open('given/a b.txt').read() + sys.stdin.read() + open('../control/c').read())
open('left.bin', 'wb').write(bytes(range(256)))
os.symlink('/etc/hostname', 'link')
os.mkfifo('pipe')
os.mkdir('folder')
",
        );
        job.files.insert("given/a b.txt".into(), b"given ".to_vec());
        job.control.insert("c".into(), b" control".to_vec());
        job.stdin = b"stdin".to_vec();
        job.before = "echo before >before.txt".into();
        job.after = "cat before.txt; echo after".into();
        job.collect = ["left.bin", "pipe", "folder", "missing", "before.txt"].map(String::from).to_vec();
        let finished = sandbox.run(&job, &TIGHT).expect("the sandbox works");
        assert_eq!(printed(&finished), "given stdin control", "{:?}: {}", sandbox.kind(), finished.stderr);
        assert_eq!(finished.after, b"before\nafter");
        let names: Vec<&str> = finished.files.keys().map(String::as_str).collect();
        assert_eq!(names, ["before.txt", "left.bin"]);
        assert_eq!(finished.files["left.bin"], (0..=255).collect::<Vec<u8>>());
    }
}

#[test]
fn exit_codes_and_signals_are_told() {
    for sandbox in all() {
        assert_eq!(run(&sandbox, "import sys\nsys.exit(3)").end, End::Exited(3));
        assert_eq!(run(&sandbox, "import os\nos.kill(os.getpid(), 11)").end, End::Exited(139));
        let missing = Run { program: vec!["no-such-program".into()], ..Run::default() };
        assert_eq!(sandbox.run(&missing, &TIGHT).expect("the sandbox works").end, End::Exited(127));
    }
}
