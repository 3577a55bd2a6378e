"""Runs the last of the named files as a script; what those before it defined is there, what they printed is not."""
import builtins
import contextlib
import io
import os
import sys

import _sitebuiltins

builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D")
builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D")
sys.path[0] = os.getcwd()
scope = {"__name__": "__main__", "__builtins__": builtins}


def execute(path):
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), scope)


*before, last = sys.argv[1:]
sys.argv = [last]
for path in before:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            execute(path)
        except BaseException:
            # A block may show an error; it is graded by itself.
            pass
execute(last)
