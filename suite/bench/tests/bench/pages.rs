//! Pages with names that would be more than names.

use merit_backends::Cancel;
use merit_bench::{Options, Plan, Workflow, compare};

use crate::fake::{Fake, Stage, said, target};
use crate::toys::{grader, suite, worth};

const HOSTILE: [&str; 4] = [
    "<script>alert(1)</script>",
    "a|b](javascript:x)`\"'&lt;",
    "</style></title>\n\n# big\n",
    "\u{202e}gnp.\u{1b}[2J![x](http://example.com/x)",
];

#[test]
fn no_name_is_more_than_a_name() {
    let suite = suite(&[("p1", "documentation", "beginner")]);
    let grader = grader();
    let data = tempfile::tempdir().expect("a data folder");
    let cancel = Cancel::new();
    let fake = Fake::new(|_| said(worth(5)));
    let backend = "north<img src=x onerror=alert(1)>";
    let runners = vec![fake.runner(backend, &cancel)];
    let stage = Stage { data: data.path(), suite: &suite, grader: &grader, runners, options: Options::default() };
    let targets = HOSTILE.map(|model| target(backend, model)).to_vec();
    stage.run(&Plan::new(targets, suite.projects(), Workflow::Simple), None).expect("carried out");
    for (a, b) in [(HOSTILE[0], HOSTILE[1]), (HOSTILE[2], HOSTILE[3])] {
        let compared = compare(data.path(), a, b).expect("both have results");
        let page = compared.to_html();
        let tags = ["<script", "<img", "</title>\n\n", "javascript:x)`\"", "\u{202e}", "\u{1b}"];
        assert!(tags.iter().all(|tag| !page.contains(tag)), "{page}");
        for (tag, count) in [("<title>", 1), ("</title>", 1), ("<style>", 1), ("</style>", 1), ("<h1>", 1), ("<a ", 0)]
        {
            assert_eq!(page.matches(tag).count(), count, "{tag}");
        }
        assert_eq!(page.matches('<').count(), page.matches('>').count());
        let markdown = compared.to_markdown();
        assert!(!markdown.contains(['<', '>', '\u{202e}', '\u{1b}']), "{markdown}");
        // Every cell of a table is one: as many unescaped bars in each row as in its head.
        let bars = |line: &str| line.replace("\\|", "").matches('|').count();
        assert!(markdown.lines().filter(|line| line.starts_with('|')).all(|line| bars(line) == 13), "{markdown}");
        assert_eq!(markdown.lines().filter(|line| line.starts_with("# ")).count(), 1, "{markdown}");
        let plain = markdown.replace("\\[", "").replace("\\]", "").replace("\\:", "");
        assert!(!plain.contains(['[', ']']) && !plain.contains("://"), "{markdown}");
    }
    // A page needs nothing else and is light or dark.
    let page = compare(data.path(), HOSTILE[0], HOSTILE[1]).expect("both have results").to_html();
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("default-src 'none'"));
    assert!(["src=\"", "href=", "url(", "@import"].iter().all(|outside| !page.contains(outside)), "{page}");
}
