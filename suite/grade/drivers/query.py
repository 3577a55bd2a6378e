"""Runs the answer's query over what ../control/call.json sets up, and prints the rows as one line of JSON."""
import json
import sqlite3


def cell(value):
    return value.hex() if isinstance(value, bytes) else value


def main():
    with open("../control/call.json", encoding="utf-8") as file:
        call = json.load(file)
    with open(call["file"], encoding="utf-8") as file:
        query = file.read()
    connection = sqlite3.connect(":memory:")
    for text in call["setup"]:
        connection.executescript(text)
    connection.commit()
    try:
        cursor = connection.execute(query)
        if cursor.description is None:
            return {"failure": f"{call['file']} holds no query that gives rows"}
        return {"value": [[cell(value) for value in row] for row in cursor]}
    except sqlite3.Error as error:
        return {"failure": f"the query cannot be run: {error}"}
    except sqlite3.Warning as error:
        return {"failure": f"the query cannot be run: {error}"}


print(json.dumps(main()))
