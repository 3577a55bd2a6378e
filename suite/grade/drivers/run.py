"""Runs a file of the answer as a script, with the standard library alone."""
import builtins
import os
import sys
import types

import _sitebuiltins

builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D")
builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D")
sys.argv = sys.argv[1:]
sys.path[0] = os.getcwd()
with open(sys.argv[0], "rb") as file:
    code = compile(file.read(), sys.argv[0], "exec")
main = sys.modules["__main__"] = types.ModuleType("__main__")
main.__file__ = sys.argv[0]
exec(code, main.__dict__)
