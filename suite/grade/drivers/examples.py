"""Runs blocks of code in order, each in a process of its own, and prints how each ended as one line of JSON."""
import json
import subprocess

LONGEST = 1 << 16


def run(command, wall):
    with open("../control/printed", "wb") as out, open("../control/complained", "wb") as err:
        try:
            code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=wall).returncode
        except subprocess.TimeoutExpired:
            return {"code": None, "stdout": "", "stderr": ""}
    with open("../control/printed", "rb") as out, open("../control/complained", "rb") as err:
        said = err.read(LONGEST).decode(errors="replace").strip()
        return {"code": code, "stdout": out.read(LONGEST).decode(errors="replace"), "stderr": said[-300:]}


def main():
    with open("../control/call.json", encoding="utf-8") as file:
        call = json.load(file)
    files = [f"../control/block-{at}" for at in range(call["blocks"])]
    done = []
    for at in range(len(files)):
        seen = files[: at + 1] if call["together"] else files[at : at + 1]
        done.append(run(call["command"] + seen, call["wall"]))
    print(json.dumps(done))


main()
