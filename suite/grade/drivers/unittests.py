"""Runs the answer's tests, and prints how they went as one line of JSON."""
import builtins
import json
import os
import sys
import unittest

import _sitebuiltins

builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D")
builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D")

# What tests print is no report.
REPORT = os.dup(1)
os.dup2(2, 1)


def main(write=os.write, end=os._exit, dumps=json.dumps):
    path = sys.argv[1]
    sys.argv = [path]
    sys.path[0] = os.getcwd()
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName(os.path.splitext(path)[0].replace("/", "."))
        result = unittest.TestResult()
        suite.run(result)
        wrong = result.failures + result.errors
        first = f"{wrong[0][0]}: {wrong[0][1].strip().splitlines()[-1]}" if wrong else ""
        report = {
            "ran": result.testsRun - len(result.skipped),
            "failed": len(wrong) + len(result.unexpectedSuccesses),
            "first": first[:300],
        }
    except BaseException as error:
        report = {"ran": 0, "failed": 1, "first": f"{type(error).__name__}: {str(error)[:200]}"}
    write(REPORT, dumps(report).encode() + b"\n")
    end(0)


main()
