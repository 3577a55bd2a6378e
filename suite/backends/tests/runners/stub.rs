//! The stub server, started for one test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A server that ends with the test.
pub(crate) struct Stub {
    process: Child,
    pub(crate) url: String,
}

impl Stub {
    /// A server that takes any key.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// A server with arguments.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/stub_server.py");
        let mut process = Command::new("python3")
            .arg(script)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts the stub server; merit's tests need it");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut line).expect("it prints its address");
        let url = line.trim().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "the stub server prints no address: {url:?}");
        Self { process, url }
    }

    /// What it was asked, in order.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.told()["requests"].as_array().expect("a list").clone()
    }

    /// The most chats it had under way at once.
    pub(crate) fn peak(&self) -> u64 {
        self.told()["peak"].as_u64().expect("a number")
    }

    fn told(&self) -> Value {
        let address = self.url.strip_prefix("http://").expect("it is an address");
        let mut stream = TcpStream::connect(address).expect("it listens");
        write!(stream, "GET /requests HTTP/1.0\r\nHost: {address}\r\n\r\n").expect("it reads");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("it answers");
        let (_, body) = reply.split_once("\r\n\r\n").expect("a head and a body");
        serde_json::from_str(body).expect("JSON")
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.process.kill().expect("it runs until now");
        self.process.wait().expect("it was ours");
    }
}
