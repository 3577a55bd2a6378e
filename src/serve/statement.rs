//! A client's text → statements: questions, settings of its own, and what is refused.

use datafusion::sql::parser::{DFParserBuilder, Statement as Question};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::copy::CopyOut;
use super::failure::{self, Place};
use super::refusal::{Refusal, read_only};

/// A statement that is let in.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    /// Nothing at all.
    Empty,
    /// A question to the engine.
    Question(Box<Question>),
    /// A question whose answer is copied to the client.
    CopyOut(Box<CopyOut>),
    /// A setting of the session.
    Set(String, String),
    /// A setting as it was; all without a name.
    Reset(Option<String>),
    /// The value of a setting.
    Show(String),
    /// A transaction begins, which costs nothing where nothing can change.
    Begin,
    /// It ends.
    Commit,
    /// It ends.
    Rollback,
    /// Prepared statements are forgotten; all without a name.
    Deallocate(Option<String>),
    /// The session is as new.
    Discard,
    /// Accepted without effect, answered by this tag.
    Nothing(&'static str),
}

/// A statement and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    /// The statement, or why it is refused.
    pub(super) statement: Result<Statement, Refusal>,
    /// Its own text.
    pub(super) text: String,
    /// Characters of the client's text before it.
    pub(super) offset: usize,
}

impl Placed {
    /// Where it stands.
    pub(super) fn place(&self) -> Place<'_> {
        Place { text: &self.text, offset: self.offset }
    }
}

const DIALECT: PostgreSqlDialect = PostgreSqlDialect {};

/// The statements of a text, in order.
pub(super) fn statements(sql: &str) -> Result<Vec<Placed>, Refusal> {
    let tokens = Tokenizer::new(&DIALECT, sql).tokenize_with_location().map_err(|error| {
        let place = Place { text: sql, offset: 0 };
        Refusal::new("42601", error.message).at(place.position(error.location.line, error.location.column))
    })?;
    let mut placed = Vec::new();
    let (mut start, mut words) = ((0, 0), Vec::new());
    let place = Place { text: sql, offset: 0 };
    let mut end_of = |end: (usize, usize), words: &mut Vec<Token>| {
        let (from, to): ((usize, usize), (usize, usize)) = (start, end);
        let text = sql[from.1..to.1].to_string();
        let words = std::mem::take(words);
        if !words.is_empty() {
            placed.push(Placed { statement: statement(&text, from.0, &words), text, offset: from.0 });
        }
        start = (to.0 + 1, (to.1 + 1).min(sql.len()));
    };
    for token in tokens {
        match token.token {
            Token::Whitespace(_) | Token::EOF => (),
            Token::SemiColon => {
                let at = place.position(token.span.start.line, token.span.start.column).unwrap_or(1) - 1;
                let byte = sql.char_indices().nth(at).map_or(sql.len(), |(byte, _)| byte);
                end_of((at, byte), &mut words);
            }
            other => words.push(other),
        }
    }
    end_of((sql.chars().count(), sql.len()), &mut words);
    Ok(placed)
}

fn statement(text: &str, offset: usize, tokens: &[Token]) -> Result<Statement, Refusal> {
    let place = Place { text, offset };
    let word = |index: usize| match tokens.get(index) {
        Some(Token::Word(word)) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
        _ => String::new(),
    };
    let first = word(0);
    Ok(match first.as_str() {
        "SHOW" if !matches!(word(1).as_str(), "TABLES" | "COLUMNS" | "FUNCTIONS") => {
            Statement::Show(setting(&tokens[1..]))
        }
        "SET" => set(&tokens[1..]),
        "RESET" => Statement::Reset((word(1) != "ALL").then(|| setting(&tokens[1..]))),
        "BEGIN" | "START" => Statement::Begin,
        "COMMIT" | "END" => Statement::Commit,
        "ROLLBACK" | "ABORT" if tokens.iter().any(|token| is_word(token, "TO")) => Statement::Nothing("ROLLBACK"),
        "ROLLBACK" | "ABORT" => Statement::Rollback,
        "SAVEPOINT" => Statement::Nothing("SAVEPOINT"),
        "RELEASE" => Statement::Nothing("RELEASE"),
        "DISCARD" => Statement::Discard,
        "DEALLOCATE" => {
            let name = tokens.iter().skip(1).find(|token| !is_word(token, "PREPARE")).map(plain).unwrap_or_default();
            Statement::Deallocate((!name.eq_ignore_ascii_case("ALL")).then_some(name))
        }
        "CLOSE" => Statement::Nothing("CLOSE CURSOR"),
        "UNLISTEN" => Statement::Nothing("UNLISTEN"),
        "COPY" => Statement::CopyOut(Box::new(CopyOut::parse(text, place)?)),
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "TRUNCATE" | "CREATE" | "DROP" | "ALTER" | "GRANT" | "REVOKE"
        | "COMMENT" | "VACUUM" | "ANALYZE" | "CLUSTER" | "REINDEX" | "CALL" | "DO" | "LOCK" | "REFRESH" | "IMPORT" => {
            return Err(read_only(&first).at(place.position(1, leading_blanks(text) + 1)));
        }
        "DECLARE" | "FETCH" | "MOVE" | "PREPARE" | "EXECUTE" | "LISTEN" | "NOTIFY" | "CHECKPOINT" | "LOAD" => {
            return Err(Refusal::new("0A000", format!("{first} is not supported; ask with SELECT"))
                .hint("Drivers prepare statements and page through answers by the protocol, which is supported."));
        }
        _ => Statement::Question(Box::new(question(text, place)?)),
    })
}

/// Blanks before the first word of the first line; none where the text begins on another line.
fn leading_blanks(text: &str) -> u64 {
    text.chars().take_while(|character| *character == ' ').count() as u64
}

/// Parses a question.
pub(super) fn question(text: &str, place: Place<'_>) -> Result<Question, Refusal> {
    let refuse = |error| failure::refusal(&error, place);
    let mut parser = DFParserBuilder::new(text).with_dialect(&DIALECT).build().map_err(refuse)?;
    let mut questions = parser.parse_statements().map_err(refuse)?;
    match (questions.pop_front(), questions.is_empty()) {
        (Some(question), true) => Ok(question),
        _ => Err(Refusal::new("42601", "one statement is expected")),
    }
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted))
}

/// A token's text without its quotes.
fn plain(token: &Token) -> String {
    match token {
        Token::Word(word) => word.value.clone(),
        Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The name of a setting as SHOW and RESET spell it.
fn setting(tokens: &[Token]) -> String {
    let words: Vec<String> = tokens.iter().map(|token| plain(token).to_ascii_lowercase()).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["transaction", "isolation", "level"] => "transaction_isolation".into(),
        ["time", "zone"] => "timezone".into(),
        other => other.concat(),
    }
}

fn set(tokens: &[Token]) -> Statement {
    let scoped = tokens.first().is_some_and(|token| is_word(token, "SESSION") || is_word(token, "LOCAL"));
    let tokens = if scoped { &tokens[1..] } else { tokens };
    let is_sign = |token: &Token| matches!(token, Token::Eq) || is_word(token, "TO");
    let values = |tokens: &[Token]| tokens.iter().map(plain).collect::<String>();
    if let [time, zone, rest @ ..] = tokens
        && is_word(time, "TIME")
        && is_word(zone, "ZONE")
    {
        return Statement::Set("timezone".into(), values(rest));
    }
    match tokens.iter().position(is_sign) {
        Some(at) => Statement::Set(values(&tokens[..at]), values(&tokens[at + 1..])),
        // SET TRANSACTION …, SET NAMES …: nothing that would change an answer.
        None => Statement::Nothing("SET"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(sql: &str) -> Statement {
        let mut placed = statements(sql).expect("it can be cut");
        assert_eq!(placed.len(), 1, "{sql}");
        placed.remove(0).statement.expect("it is let in")
    }

    fn refused(sql: &str) -> Refusal {
        let mut placed = statements(sql).expect("it can be cut");
        placed.remove(0).statement.expect_err("it is refused")
    }

    #[test]
    fn a_text_is_cut_at_its_semicolons_but_not_within_quotes() {
        let placed = statements("SELECT ';' ; -- ;\n SELECT 2;;").expect("good");
        let texts: Vec<&str> = placed.iter().map(|placed| placed.text.trim()).collect();
        assert_eq!(texts, ["SELECT ';'", "-- ;\n SELECT 2"]);
        assert_eq!(placed[1].offset, 12);
        assert!(statements(" -- nothing\n").expect("good").is_empty());
    }

    #[test]
    fn settings_are_read_in_all_their_spellings() {
        let set = |sql: &str| match only(sql) {
            Statement::Set(name, value) => (name, value),
            other => panic!("{other:?}"),
        };
        assert_eq!(set("SET extra_float_digits = 3"), ("extra_float_digits".into(), "3".into()));
        assert_eq!(set("set session application_name to 'a b'"), ("application_name".into(), "a b".into()));
        assert_eq!(set("SET TIME ZONE 'UTC'"), ("timezone".into(), "UTC".into()));
        assert!(matches!(only("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"), Statement::Nothing("SET")));
        assert!(
            matches!(only("SHOW TRANSACTION ISOLATION LEVEL"), Statement::Show(name) if name == "transaction_isolation")
        );
        assert!(matches!(only("show tables"), Statement::Question(_)));
        assert!(matches!(only("DEALLOCATE PREPARE \"x\""), Statement::Deallocate(Some(name)) if name == "x"));
        assert!(matches!(only("ROLLBACK TO SAVEPOINT a"), Statement::Nothing("ROLLBACK")));
        assert!(matches!(only("DISCARD ALL"), Statement::Discard));
    }

    #[test]
    fn what_would_change_something_is_refused_by_its_word() {
        for sql in ["DELETE FROM calls", "insert into calls values (1)", "CREATE TABLE a (b int)", "  drop table calls"]
        {
            assert_eq!(refused(sql).code, "25006", "{sql}");
        }
        assert_eq!(refused("  drop table calls").position, Some(3));
        assert_eq!(refused("DECLARE c CURSOR FOR SELECT 1").code, "0A000");
    }

    #[test]
    fn an_error_has_its_place_in_the_whole_text() {
        let mut placed = statements("SELECT 1; SELECT 1 FORM calls").expect("good");
        let refusal = placed.pop().expect("two").statement.expect_err("no such word");
        assert_eq!((refusal.code, refusal.position), ("42601", Some(25)), "{refusal:?}");
        assert_eq!(statements("SELECT 'open").expect_err("a text does not end").code, "42601");
    }
}
