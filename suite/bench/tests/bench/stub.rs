//! The stub server of merit-backends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Where the projects are.
pub(crate) fn projects() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/projects")
}

/// A server that ends with the test.
pub(crate) struct Stub {
    process: Child,
    pub(crate) url: String,
    _answers: tempfile::NamedTempFile,
}

impl Stub {
    /// Models that answer what is written: {"model": {"project": "answer"}}.
    pub(crate) fn start(answers: &Value) -> Self {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        write!(file, "{answers}").expect("written");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/stub_server.py");
        let mut process = Command::new("python3")
            .arg(script)
            .arg("--answers")
            .arg(file.path())
            .args(["--slow", "0.03"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts the stub server; merit's tests need it");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output is piped")).read_line(&mut line).expect("its address");
        Self { process, url: line.trim().to_owned(), _answers: file }
    }

    fn talk(&self, request: &str) -> String {
        let address = self.url.strip_prefix("http://").expect("it is an address");
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("it answers");
        reply
    }

    /// Gives a model a fault.
    pub(crate) fn fault(&self, model: &str, fault: &str) {
        let length = fault.len();
        let head = format!("POST /break/{model} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n");
        let reply = self.talk(&format!("{head}{fault}"));
        assert!(reply.contains(" 200 "), "{reply}");
    }

    /// How many chats it was asked for.
    pub(crate) fn chats(&self) -> usize {
        let reply = self.talk("GET /requests HTTP/1.0\r\n\r\n");
        let (_, body) = reply.split_once("\r\n\r\n").expect("a head and a body");
        let told: Value = serde_json::from_str(body).expect("JSON");
        told["requests"].as_array().expect("a list").len()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.process.kill().expect("it runs until now");
        self.process.wait().expect("it was ours");
    }
}
