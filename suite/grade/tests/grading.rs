//! Whole answers, graded in the best sandbox that works here.

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use merit_grade::{Grade, GradeError, Grader, Project, Sandbox, Suite};
use support::projects::{block, sound};
use support::{all, skipped};

fn grader() -> Grader {
    Grader::new(Sandbox::detect().expect("limits at least"))
}

/// The grade, or `None`, said aloud, where a program is missing.
fn graded(grader: &Grader, project: &Project, answer: &str) -> Option<Grade> {
    match grader.grade(project, answer) {
        Ok(grade) => Some(grade),
        Err(error @ GradeError::Missing { .. }) => {
            skipped(&error.to_string());
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn assert_score(grader: &Grader, project: &Project, answer: &str, due: f64) {
    if let Some(grade) = graded(grader, project, answer) {
        assert!((grade.score - due).abs() < 1e-9, "{due}: {grade:#?}");
    }
}

fn cases(run: &str, file: &str, needs: &str, function: Option<&str>) -> String {
    let function = function.map(|name| format!("function = \"{name}\"\n")).unwrap_or_default();
    format!(
        "answer = [\"{file}\"]\nneeds = [\"{needs}\"]\n[limits]\nwall_seconds = 5\n[[check]]\nname = \"c\"\nweight = 1\nkind = \"cases\"\n\
         run = \"{run}\"\nfile = \"{file}\"\ncases = \"hidden/c.jsonl\"\n{function}"
    )
}

#[test]
fn the_proofs_of_a_project_hold_in_every_sandbox_and_the_same_answer_gets_the_same_grade() {
    let suite =
        Suite::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/projects")).expect("a sound suite");
    for project in suite.projects() {
        let mut grades: BTreeMap<String, Grade> = BTreeMap::new();
        for grader in all().into_iter().map(Grader::new) {
            for proof in project.proofs().expect("a proof") {
                for _ in 0..2 {
                    let Some(grade) = graded(&grader, project, &proof.answer) else { return };
                    assert!(
                        proof.expected.holds(grade.score),
                        "{:?}, {}: {grade:#?}",
                        grader.sandbox().kind(),
                        proof.name
                    );
                    let first = grades.entry(proof.name.clone()).or_insert_with(|| grade.clone());
                    assert_eq!(*first, grade, "{:?}, {}", grader.sandbox().kind(), proof.name);
                }
            }
        }
        for grade in grades.values() {
            let text = serde_json::to_string(grade).expect("a grade is data");
            assert_eq!(serde_json::from_str::<Grade>(&text).expect("a grade is data"), *grade);
        }
    }
}

#[test]
fn what_depends_on_hashes_is_the_same_each_time() {
    let lines = "{\"name\": \"a\", \"args\": [], \"expect\": \"\"}\n";
    let project = sound(&cases("python", "a.py", "python3", Some("f")), &[("hidden/c.jsonl", lines)]);
    let answer = block("python", "def f():\n    return ''.join(set('merit-grade-hash-order'))");
    let grader = grader();
    let Some(first) = graded(&grader, &project, &answer) else { return };
    assert!(first.checks[0].failed[0].contains("gave \""), "{first:?}");
    assert_eq!(grader.grade(&project, &answer).expect("graded before"), first);
}

#[test]
fn a_result_that_is_forged_is_no_more_than_a_guess() {
    let lines = "{\"name\": \"a\", \"args\": [1], \"expect\": 2}\n{\"name\": \"b\", \"args\": [2], \"expect\": 4}\n\
                 {\"name\": \"c\", \"args\": [3], \"error\": \"KeyError\"}\n{\"name\": \"d\", \"args\": [4], \"expect\": 8}\n";
    let project = sound(&cases("python", "a.py", "python3", Some("f")), &[("hidden/c.jsonl", lines)]);
    let grader = grader();
    let forged = "b'{\"value\": 2}\\n'";
    for (text, due) in [
        // Right, whatever it does to its surroundings.
        ("import json, builtins, sys, os\njson.dumps = builtins.open = builtins.print = os.write = os._exit = None\nsys.stdout = None\n\
          def f(x):\n    if x == 3: raise KeyError(x)\n    return 2 * x".to_string(), 10.0),
        // The answer of one case for all of them.
        ("def f(x):\n    return 2".into(), 2.5),
        (format!("import os\nfor number in range(300):\n    try: os.write(number, {forged})\n    except OSError: pass\nos._exit(0)"), 2.5),
        (format!("import json, os\njson.dumps = lambda *a, **k: '{{\"value\": 2}}'\nos._exit = lambda code: (os.write(1, {forged}), os.kill(os.getpid(), 9))\n\
                  def f(x):\n    return 0"), 0.0),
        ("import json\nreal = json.dumps\njson.dumps = lambda *a, **k: real(2)\ndef f(x):\n    return 9".into(), 0.0),
        // An early end.
        ("import sys\nsys.exit(0)".into(), 0.0),
        ("import os\nos._exit(0)".into(), 0.0),
        ("def f(x):\n    exit(0)".into(), 0.0),
        (format!("import sys\nprint({forged}.decode())\nsys.stdout.write({forged}.decode())"), 0.0),
        // Comparing equal to everything does not help outside of the process.
        ("class Same(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\ndef f(x):\n    return Same(2)".into(), 2.5),
        // The driver replaced, the call rewritten.
        ("open('../control/call.py', 'w').write('print(2)')\nopen('../control/call.json', 'w').write('{}')\nopen('../control/collect', 'w').write('/etc/passwd')\n\
          def f(x):\n    return 2".into(), 2.5),
    ] {
        assert_score(&grader, &project, &block("python", &text), due);
    }
}

#[test]
fn where_nothing_comes_to_an_end_most_is_not_even_started() {
    let lines: String =
        (0..6).map(|number| format!("{{\"name\": \"{number}\", \"args\": [{number}], \"expect\": 1}}\n")).collect();
    let manifest = cases("python", "a.py", "python3", Some("f")).replace("wall_seconds = 5", "wall_seconds = 1");
    let project = sound(&manifest, &[("hidden/c.jsonl", &lines)]);
    let grader = grader();
    let sleeper = |condition: &str| {
        block("python", &format!("import time\ndef f(x):\n    if {condition}: time.sleep(60)\n    return 1"))
    };
    if let Some(grade) = graded(&grader, &project, &sleeper("True")) {
        let failed = &grade.checks[0].failed;
        assert_eq!((grade.score, failed.len()), (0.0, 5), "{failed:?}");
        assert_eq!(
            (failed[0].as_str(), failed[4].as_str()),
            ("case \"0\": was stopped after 1 seconds", "the cases after these were not started")
        );
    }
    assert_score(&grader, &project, &sleeper("x in (0, 1)"), 10.0 * 4.0 / 6.0);
}

#[test]
fn python_functions_classes_and_errors() {
    let lines = "{\"name\": \"keywords\", \"args\": [1], \"kwargs\": {\"b\": [2, 3]}, \"expect\": [1, [3, 2]], \"unordered\": true}\n\
                 {\"name\": \"close\", \"args\": [0.1], \"kwargs\": {\"b\": 0.2}, \"expect\": [0.11, 0.19], \"tolerance\": 0.011}\n\
                 {\"name\": \"parent\", \"args\": [null], \"kwargs\": {\"b\": 1}, \"error\": \"LookupError\"}\n\
                 {\"name\": \"not finite\", \"args\": [\"nan\"], \"kwargs\": {\"b\": 1}, \"expect\": null}\n";
    let project = sound(&cases("python", "a.py", "python3", Some("f")), &[("hidden/c.jsonl", lines)]);
    let text = "def f(a, *, b):\n    print('noise')\n    if a is None: raise KeyError(a)\n    if a == 'nan': return float('nan')\n    return (a, b)";
    assert_score(&grader(), &project, &block("python", text), 7.5);

    let lines = "{\"name\": \"steps\", \"init\": [2], \"steps\": [[\"add\", 3], [\"items\"], [\"pop\", 9], [\"size\"]], \
                 \"expect\": [null, [3], {\"error\": \"ValueError\"}, 1]}\n\
                 {\"name\": \"refused\", \"init\": [-1], \"steps\": [[\"size\"]], \"error\": \"ValueError\"}\n\
                 {\"name\": \"other\", \"init\": [2], \"steps\": [[\"add\", 1], [\"add\", 2], [\"items\"]], \"expect\": [null, null, [2, 1]]}\n";
    let project = sound(&cases("python", "a.py", "python3", Some("Box")), &[("hidden/c.jsonl", lines)]);
    let text = "class Full(ValueError): pass\nclass Box:\n    def __init__(self, room):\n        if room < 0: raise Full(room)\n        self._items = []\n\
                \x20   def add(self, item): self._items.append(item)\n    def items(self): return self._items\n\
                \x20   def pop(self, item): self._items.remove(item)\n    @property\n    def size(self): return len(self._items)";
    assert_score(&grader(), &project, &block("python", text), 20.0 / 3.0);
}

#[test]
fn programs_get_arguments_input_and_files_and_leave_some() {
    let lines = "{\"name\": \"sum\", \"argv\": [\"-v\", \"a b\"], \"stdin\": \"1 2\\n\", \"files\": {\"in/x\": \"7\"}, \"expect_stdout\": \"-v a b 1 2 7 given\", \
                 \"expect_files\": {\"out\": \"left\", \"gone\": null}}\n\
                 {\"name\": \"fails\", \"argv\": [\"bad\"], \"expect_exit\": 3}\n\
                 {\"name\": \"json\", \"argv\": [\"json\"], \"expect_json\": {\"a\": [1, 2.0]}}\n\
                 {\"name\": \"folder\", \"argv\": [\"bad\"], \"expect_exit\": 3, \"before\": \"mkdir d; touch d/old\", \"after\": \"stat -c '%a %n' d/*; id -un\", \"expect_after\": \"600 d/old\\nuser\"}\n";
    let python = "import sys, json, pathlib, os\nif sys.argv[1] == 'bad':\n    if os.path.exists('d'): os.chmod('d/old', 0o600)\n    exit(3)\n\
                  if sys.argv[1] == 'json':\n    print(json.dumps({'a': [1, 2]}))\nelse:\n    open('out', 'w').write('left\\n')\n\
                  \x20   print(*sys.argv[1:], sys.stdin.read().strip(), open('in/x').read(), open('g.txt').read())";
    let bash = "case $1 in bad) [ ! -d d ] || chmod 600 d/old; exit 3;; json) echo '{\"a\": [1, 2]}';; *) echo left >out; echo \"$@\" $(cat) $(cat in/x) $(cat g.txt);; esac";
    let files = [("hidden/c.jsonl", lines), ("given/g.txt", "given")];
    // Without a sandbox the user has the machine's name for it.
    let grader = grader();
    let due = if grader.sandbox().kind().isolates() { 10.0 } else { 7.5 };
    assert_score(&grader, &sound(&cases("python", "a.py", "python3", None), &files), &block("python", python), due);
    assert_score(&grader, &sound(&cases("bash", "a.sh", "bash", None), &files), &block("bash", bash), due);
}

#[test]
fn node_functions_classes_and_modules() {
    let lines = "{\"name\": \"a\", \"args\": [1, 2], \"expect\": 3}\n{\"name\": \"b\", \"args\": [null, 1], \"error\": \"RangeError\"}\n\
                 {\"name\": \"c\", \"args\": [\"nan\", 1], \"expect\": null}\n";
    let project = sound(&cases("node", "a.js", "node", Some("add")), &[("hidden/c.jsonl", lines)]);
    let body = "{ console.log('noise'); if (a === null) throw new RangeError('x'); if (a === 'nan') return NaN; return a + b; }";
    let grader = grader();
    for text in [
        format!("function add(a, b) {body}\nmodule.exports = {{ add }};"),
        format!("export async function add(a, b) {body}"),
        format!("import fs from 'fs';\nexport default function add(a, b) {body}"),
    ] {
        assert_score(&grader, &project, &block("js", &text), 20.0 / 3.0);
    }
    assert_score(&grader, &project, &block("js", "process.stdout.write('{\"value\": 3}\\n'); process.exit(0);"), 0.0);
    assert_score(
        &grader,
        &project,
        &block("js", "require('fs').writeSync(1, '{\"value\": 3}\\n'); process.exit(0);"),
        10.0 / 3.0,
    );
    let lines = "{\"name\": \"a\", \"init\": [2], \"steps\": [[\"add\", 3], [\"sum\"], [\"none\"]], \"expect\": [5, 5, {\"error\": \"TypeError\"}]}\n";
    let project = sound(&cases("node", "a.js", "node", Some("Sum")), &[("hidden/c.jsonl", lines)]);
    let text =
        "class Sum { constructor(a) { this.sum = a; } add(b) { return (this.sum += b); } }\nmodule.exports = { Sum };";
    assert_score(&grader, &project, &block("js", text), 10.0);
}

#[test]
fn queries_are_compared_by_rows() {
    let setup = "\"setup_file\": \"hidden/s.sql\", \"setup\": [\"insert into t values (3, null)\"]";
    let lines = format!(
        "{{\"name\": \"any order\", {setup}, \"expect\": [[3, null], [1, \"a\"], [2, \"b\"]]}}\n\
                         {{\"name\": \"ordered\", {setup}, \"ordered\": true, \"expect\": [[1, \"a\"], [2, \"b\"], [3, null]]}}\n"
    );
    let files = [
        ("hidden/c.jsonl", lines.as_str()),
        ("hidden/s.sql", "create table t (n, w); insert into t values (1, 'a'), (2, 'b');"),
    ];
    let project = sound(&cases("sql", "q.sql", "sqlite", None), &files);
    let grader = grader();
    for (text, due) in [
        ("-- all\nselect n, w from t order by n;", 10.0),
        ("select n, w from t order by n desc", 5.0),
        ("select n from t", 0.0),
        ("select 1; select 2", 0.0),
        ("delete from t", 0.0),
        ("selec", 0.0),
        ("attach '/etc/passwd' as p", 0.0),
    ] {
        assert_score(&grader, &project, &block("sql", text), due);
    }
}

#[test]
fn rust_is_compiled_where_nothing_hidden_is_and_run_like_the_rest() {
    let lines = "{\"name\": \"a\", \"stdin\": \"2 3\", \"expect_stdout\": \"5\"}\n{\"name\": \"b\", \"stdin\": \"x\", \"expect_exit\": 101}\n";
    let project = sound(&cases("rust", "a.rs", "rustc", None), &[("hidden/c.jsonl", lines)]);
    for grader in all().into_iter().map(Grader::new) {
        let good = "fn main() {\n    let text = std::io::read_to_string(std::io::stdin()).unwrap();\n\
                \x20   println!(\"{}\", text.split_whitespace().map(|word| word.parse::<i64>().unwrap()).sum::<i64>());\n}";
        assert_score(&grader, &project, &block("rust", good), 10.0);
        let broken = graded(&grader, &project, &block("rust", "fn main() { let x: u8 = \"\"; }"));
        assert!(broken.is_none_or(
            |grade| grade.score == 0.0 && grade.checks[0].failed[0].contains("does not compile: error[E0308]")
        ));
        if grader.sandbox().kind().isolates() {
            let secret = tempfile::NamedTempFile::new().expect("a temporary file");
            let spy = format!("fn main() {{ print!(\"{{}}\", include_str!({:?})); }}", secret.path());
            let spied = graded(&grader, &project, &block("rust", &spy));
            assert!(
                spied.is_none_or(|grade| grade.score == 0.0 && grade.checks[0].failed[0].contains("couldn't read"))
            );
        }
    }
}

#[test]
fn tests_are_worth_the_mutants_they_notice() {
    let manifest = "answer = [\"test_m.py\"]\nneeds = [\"python3\"]\n[limits]\nwall_seconds = 2\n[[check]]\nname = \"m\"\nweight = 1\nkind = \"mutants\"\n\
                    run = \"python\"\ntests = \"test_m.py\"\nsubject = \"given/m.py\"\nmutants = \"hidden/mutants\"\nequivalents = \"hidden/equivalents\"\n";
    let project = sound(
        manifest,
        &[
            ("given/m.py", "def f(x):\n    return x + 1\n"),
            ("hidden/equivalents/a.py", "def f(x):\n    y = 1\n    return y + x\n"),
            ("hidden/mutants/a.py", "def f(x):\n    return x + 2\n"),
            ("hidden/mutants/b.py", "def f(x):\n    return abs(x) + 1\n"),
            ("hidden/mutants/c.py", "def f(x):\n    while x > 5: pass\n    return x + 1\n"),
            ("hidden/mutants/d.py", "def f(x):\n    return x + 1 if x != 77 else 0\n"),
        ],
    );
    let grader = grader();
    let tests = |body: &str| {
        block("python", &format!("import unittest\nfrom m import f\nclass Tests(unittest.TestCase):\n{body}"))
    };
    let one = "    def test_one(self): print('noise'); self.assertEqual(f(1), 2)\n";
    for (answer, due) in [
        (
            tests(&format!(
                "{one}    def test_two(self): self.assertEqual(f(-1), 0)\n    def test_three(self): self.assertEqual(f(9), 10)\n"
            )),
            7.5,
        ),
        (tests(one), 2.5),
        (tests("    def test_one(self): self.assertEqual(f(1), 3)\n"), 0.0),
        (tests("    def helper(self): self.fail()\n"), 0.0),
        (tests("    @unittest.skip('later')\n    def test_one(self): self.fail()\n"), 0.0),
        (block("python", "import sys\nsys.exit(0)"), 0.0),
        (
            block("python", "import os\nos.write(1, b'{\"ran\": 1, \"failed\": 0, \"first\": \"\"}\\n')\nos._exit(0)"),
            0.0,
        ),
        // Tests of the text, or of the code, and not of what it does.
        (
            tests(
                "    def test_text(self): self.assertEqual(open('m.py').read(), 'def f(x):\\n    return x + 1\\n')\n",
            ),
            0.0,
        ),
        (tests("    def test_code(self): self.assertEqual(len(f.__code__.co_code), 12)\n"), 0.0),
    ] {
        assert_score(&grader, &project, &answer, due);
    }
}

#[test]
fn examples_must_run_and_print_what_they_say() {
    let manifest = |together: bool| {
        format!(
            "answer = []\nneeds = [\"python3\"]\n[limits]\nwall_seconds = 2\n[[check]]\nname = \"e\"\nweight = 1\nkind = \"examples\"\n\
                            language = \"python\"\nexpect_output = true\nat_least = 3\ntogether = {together}\n"
        )
    };
    let given = [("given/lib.py", "X = 5\n")];
    let answer = "```python\nimport lib\nx = lib.X\nprint(x)\n```\n\n```text\n5\n```\n\n```python\nprint(x + 1)\n```\n```output\n6\n```\n\
                  ```bash\nfalse\n```\n```python\nopen('left', 'w').write('a')\n```\n```python\nprint(open('left').read())\n```\n```text\nb\n```\n";
    let grader = grader();
    assert_score(&grader, &sound(&manifest(true), &given), answer, 7.5);
    assert_score(&grader, &sound(&manifest(false), &given), answer, 5.0);
    assert_score(&grader, &sound(&manifest(true), &given), "```python\nprint(1)\n```\n", 10.0 / 3.0);
    assert_score(
        &grader,
        &sound(&manifest(false), &given),
        "```python\nimport time; time.sleep(100)\n```\n```python\nprint(1)\n```\n```python\nprint(1)\n```\n",
        20.0 / 3.0,
    );
    assert_score(&grader, &sound(&manifest(true), &given), "no example", 0.0);
}

#[test]
fn a_validator_that_fails_is_a_defect_and_no_full_score() {
    let manifest = "answer = []\nneeds = [\"python3\"]\n[[check]]\nname = \"v\"\nweight = 1\nkind = \"validator\"\nscript = \"hidden/v.py\"\nweights = { one = 3.0 }\n";
    let grader = grader();
    let judge = |script: &str, answer: &str| graded(&grader, &sound(manifest, &[("hidden/v.py", script)]), answer);
    let script = "import json\na = json.load(open('answer.json'))\nprint(json.dumps({'one': 1 if a['x'] else 0.0, 'two': {'share': 0.5, 'why': 'half'}}))";
    let Some(grade) = judge(script, "```json\n{\"x\": 1}\n```") else { return };
    assert_eq!(
        (grade.score, grade.checks[0].failed.as_slice()),
        (8.75, ["two is right to 0.50: half".to_string()].as_slice())
    );
    assert_eq!(grade.checks[0].defect, None);
    for (script, answer, said) in [
        (script, "```json\n[]\n```", "Exited(1) TypeError"),
        ("print('{\"one\": 1.5}')", "{}", "the share of \"one\" is 1.5"),
        ("print('{\"two\": 1.0}')", "{}", "weights names \"one\""),
        ("print('fine')", "{}", "prints no shares"),
    ] {
        let grade = judge(script, answer).expect("python is here");
        let defect = grade.checks[0].defect.clone().unwrap_or_default();
        assert!(grade.score == 0.0 && defect.contains(said), "{said}: {grade:?}");
    }
    let without = judge(script, "no data").expect("python is here");
    assert_eq!((without.score, without.checks[0].defect.clone()), (0.0, None));
}

#[test]
fn findings_are_matched_one_to_one() {
    let manifest = "answer = []\nneeds = []\n[[check]]\nname = \"f\"\nweight = 1\nkind = \"findings\"\nfindings = \"hidden/f.toml\"\n";
    let findings = "[[finding]]\nid = \"wide\"\nfile = \"x.py\"\nlines = [1, 9]\nwords = ['off by one', 'index']\nweight = 3\n\
                    [[finding]]\nid = \"narrow\"\nfile = \"x.py\"\nlines = [4, 4]\nwords = ['index']\n\
                    [[harmless]]\nfile = \"x.py\"\nlines = [7, 8]\nwords = ['naming']\n";
    let given = "line\n".repeat(10);
    let project = sound(manifest, &[("given/x.py", &given), ("hidden/f.toml", findings)]);
    let grader = grader();
    let stated = |list: &str| format!("```json\n[{list}]\n```");
    let at =
        |line: &str, problem: &str| format!("{{\"file\": \"x.py\", \"line\": {line}, \"problem\": \"{problem}\"}}");
    let (wide, narrow, style) = (at("2", "Off  by\\none"), at("4", "wrong INDEX"), at("7", "naming"));
    for (list, due) in [
        (format!("{wide}, {narrow}"), 10.0),
        // The one that fits both leaves the wide fault to the other.
        (format!("{narrow}, {wide}"), 10.0),
        // Alone it counts for the heavier: P = 1, R = 3/4.
        (narrow.clone(), 10.0 * 2.0 * 0.75 / 1.75),
        // The same finding a third time matches nothing: P = 2/3.
        (format!("{wide}, {narrow}, {wide}"), 8.0),
        (format!("{wide}, {narrow}, {style}"), 10.0),
        (format!("{wide}, {narrow}, {}", at("\"4-5\"", "unrelated")), 8.0),
        (at("10", "index"), 0.0),
        (style.clone(), 0.0),
        (String::new(), 0.0),
        (wide.replace("x.py", "./src/x.py"), 10.0 * 2.0 * 0.75 / 1.75),
        (wide.replace("x.py", "y.py"), 0.0),
        (wide.replace("\"file\": \"x.py\", ", ""), 10.0 * 2.0 * 0.75 / 1.75),
        ("1, null, {}, {\"line\": {}}".into(), 0.0),
    ] {
        assert_score(&grader, &project, &stated(&list), due);
    }
    // What is beyond fifty is not read.
    let many = vec![at("10", "nothing"); 50].join(",");
    assert_score(&grader, &project, &stated(&format!("{many}, {wide}")), 0.0);
}

#[test]
fn facts_lies_values_and_forms_are_weighed() {
    let manifest = "answer = []\nneeds = []\n[[check]]\nname = \"facts\"\nweight = 3\nkind = \"facts\"\n\
                    fact = [{ name = \"a\", any = ['port\\s+8080', 'eighty'] }, { name = \"b\", any = ['retries'], weight = 3 }]\n\
                    lie = [{ name = \"l\", any = ['port 9090'], costs = 0.3 }]\n\
                    [[check]]\nname = \"values\"\nweight = 1\nkind = \"values\"\nvalues = \"hidden/v.toml\"\n\
                    [[check]]\nname = \"form\"\nweight = 1\nkind = \"constraint\"\nmax_words = 30\nheadings = ['use']\nforbid = ['^todo']\nrequire = ['8080']\n";
    let values = "[[value]]\npath = \"team\"\nequals = \"ops\"\nnear = { infra = 0.5 }\n[[value]]\npath = \"n.0\"\nequals = 2.5\ntolerance = 0.1\n";
    let project = sound(manifest, &[("hidden/v.toml", values)]);
    let grader = grader();
    let json = "```json\n{\"team\": \"ops\", \"n\": [2.45]}\n```\n";
    // (3·facts + 1·values + 1·kept·(3·facts + values)/4) / 5
    let due =
        |facts: f64, values: f64, kept: f64| 10.0 * (3.0 * facts + values + kept * (3.0 * facts + values) / 4.0) / 5.0;
    for (answer, score) in [
        (format!("# Use\nThe port\n8080, with RETRIES.\n{json}"), due(1.0, 1.0, 1.0)),
        (format!("# Use\nThe port 8080.\n{json}"), due(0.25, 1.0, 1.0)),
        (format!("# Use\nRetries at eighty or port 9090.\n{json}"), due(0.7, 1.0, 0.75)),
        (format!("# Use\n8080\nTODO: port 9090\n{}", json.replace("ops", "infra")), due(0.0, 0.75, 0.75)),
        (format!("# Use\n8080 {}\n", "word ".repeat(40)), 0.0),
        ("I cannot help with that.".into(), 0.0),
    ] {
        assert_score(&grader, &project, &answer, score);
    }
}
