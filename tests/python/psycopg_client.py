"""What a Python driver sees of `merit serve`: python psycopg_client.py HOST PORT PASSWORD."""

import datetime
import sys

import psycopg

host, port, password = sys.argv[1:4]
address = dict(host=host, port=port, user="analyst", dbname="merit", password=password)

with psycopg.connect(**address) as connection:
    # A prepared statement with values of several types, in binary and as text.
    for binary in (False, True):
        cursor = connection.cursor(binary=binary)
        cursor.execute(
            "SELECT call_id, timestamp, day, cost_usd, input_tokens, success, score FROM calls"
            " WHERE model = %s AND day >= %s AND input_tokens > %s AND cost_usd > %s ORDER BY call_id LIMIT 5",
            ("claude-opus", datetime.date(2026, 6, 2), 10, 0.0),
        )
        rows = cursor.fetchall()
        assert len(rows) == 5, rows
        call_id, timestamp, day, cost, tokens, success, _ = rows[0]
        assert isinstance(call_id, str) and isinstance(cost, float) and isinstance(tokens, int), rows[0]
        assert timestamp.tzinfo is not None and timestamp.date() == day, rows[0]
        assert isinstance(success, bool), rows[0]
        if binary:
            assert rows == as_text, (rows, as_text)
        as_text = rows
    connection.commit()

    # Exact numbers, nulls, lists and infinity come through.
    for binary in (False, True):
        cursor = connection.cursor(binary=binary)
        row = cursor.execute(
            "SELECT CAST(12345.678 AS DECIMAL(10, 3)), NULL, make_array(1, 2), CAST('Infinity' AS DOUBLE), 'ä'"
        ).fetchone()
        assert str(row[0]) == "12345.678" and row[1] is None and row[2] == [1, 2], row
        assert row[3] == float("inf") and row[4] == "ä", row

    # A value has the type that the driver says, also where the engine would have guessed another.
    for binary in (False, True):
        cursor = connection.cursor(binary=binary)
        row = cursor.execute("SELECT %s * 2, %s, %s, %s", (1.25, 7, "text", datetime.date(2026, 6, 1))).fetchone()
        assert row == (2.5, 7, "text", datetime.date(2026, 6, 1)), row

    # The same statement many times: the driver prepares it by name and the server keeps it.
    for limit in range(1, 9):
        rows = connection.execute("SELECT arm FROM routing_table LIMIT %s", (limit,), prepare=True).fetchall()
        assert len(rows) == limit, rows

    # COPY, as text and in PostgreSQL's binary format.
    with connection.cursor() as cursor:
        with cursor.copy("COPY (SELECT arm, n FROM routing_table ORDER BY arm, n LIMIT 20) TO STDOUT") as copy:
            copy.set_types(["text", "int8"])
            text = list(copy.rows())
        with cursor.copy(
            "COPY (SELECT arm, n FROM routing_table ORDER BY arm, n LIMIT 20) TO STDOUT (FORMAT binary)"
        ) as copy:
            copy.set_types(["text", "int8"])
            assert list(copy.rows()) == text and len(text) == 20, text

    # An error leaves the transaction failed until it is rolled back, as drivers expect.
    try:
        connection.execute("SELECT nothing_of_it FROM calls")
        raise AssertionError("a column that is not there was found")
    except psycopg.errors.UndefinedColumn:
        pass
    try:
        connection.execute("SELECT 1")
        raise AssertionError("a failed transaction went on")
    except psycopg.errors.InFailedSqlTransaction:
        connection.rollback()
    assert connection.execute("SELECT 1").fetchone() == (1,)

    # Nothing changes anything.
    for statement in (
        "DELETE FROM calls",
        "CREATE TABLE x AS SELECT 1",
        "WITH c AS (SELECT * FROM calls) INSERT INTO calls SELECT * FROM c",
        "COPY calls FROM STDIN",
        "EXPLAIN ANALYZE INSERT INTO calls SELECT * FROM calls",
        "SELECT 1 AS one INTO copied",
    ):
        connection.rollback()
        try:
            connection.execute(statement)
            raise AssertionError(f"{statement} was let in")
        except (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.SyntaxError, psycopg.errors.FeatureNotSupported):
            connection.rollback()

# Pages of a large answer through a portal, which a pipeline leaves open.
with psycopg.connect(**address, autocommit=True) as connection:
    assert connection.execute("SELECT COUNT(*) FROM calls").fetchone()[0] > 3000
    assert len(connection.execute("SELECT * FROM calls").fetchall()) > 3000
    with connection.pipeline():
        cursors = [connection.execute("SELECT %s + 1", (number,)) for number in range(20)]
    assert [cursor.fetchone()[0] for cursor in cursors] == list(range(1, 21))
    assert connection.info.parameter_status("server_version").startswith("14")
    # What type introspection asks.
    assert connection.execute("SELECT oid FROM pg_type WHERE typname = 'float8'").fetchone() == (701,)

try:
    psycopg.connect(**{**address, "password": password + "x"})
    raise AssertionError("a wrong password was let in")
except psycopg.OperationalError as error:
    assert "password" in str(error), error

print("psycopg", psycopg.__version__, "is content")
