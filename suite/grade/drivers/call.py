"""Calls what ../control/call.json says in a file of the answer, and prints the result as one line of JSON."""
import importlib.util
import json
import os
import sys
import types

import _sitebuiltins
import builtins

builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D")
builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D")

# What the answer prints is no result.
RESULT = os.dup(1)
os.dup2(2, 1)


def say(outcome, write=os.write, end=os._exit):
    text = outcome.encode() + b"\n"
    while text:
        text = text[write(RESULT, text):]
    # Threads and exit handlers of the answer have nothing more to say.
    end(0)


def unknown(value):
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(type(value).__name__)


def given(value, dumps=json.dumps):
    """The outcome of an act that ended with a value."""
    if isinstance(value, types.CoroutineType):
        import asyncio

        value = asyncio.run(value)
    try:
        return '{"value": ' + dumps(value, allow_nan=False, default=unknown) + "}"
    except (TypeError, ValueError, RecursionError) as error:
        return dumps({"failure": f"a result is not JSON ({type(value).__name__}: {str(error)[:100]})"})


def raised(error, dumps=json.dumps):
    names = [kind.__name__ for kind in type(error).__mro__]
    return dumps({"raised": names, "message": str(error)[:200]})


def attempt(act):
    """The outcome of one act, as JSON text."""
    try:
        return given(act())
    except BaseException as error:
        return raised(error)


def step(subject, name, *arguments):
    member = getattr(subject, name)
    return member(*arguments) if arguments or callable(member) else member


def main():
    with open("../control/call.json", encoding="utf-8") as file:
        call = json.load(file)
    name = os.path.splitext(os.path.basename(call["file"]))[0]
    sys.argv = [call["file"]]
    sys.path[0] = os.getcwd()
    spec = importlib.util.spec_from_file_location(name, call["file"])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    dumps = json.dumps
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        say(dumps({"failure": f"importing {call['file']} raised {type(error).__name__}: {str(error)[:200]}"}))
    target = getattr(module, call["function"], None)
    if target is None:
        say(dumps({"failure": f"{call['file']} has no {call['function']}"}))
    if "steps" not in call:
        say(attempt(lambda: target(*call.get("args", []), **call.get("kwargs", {}))))
    try:
        subject = target(*call.get("init", []))
    except BaseException as error:
        say(raised(error))
    say('{"steps": [' + ", ".join(attempt(lambda: step(subject, *act)) for act in call["steps"]) + "]}")


main()
