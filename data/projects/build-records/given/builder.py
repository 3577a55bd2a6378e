"""An incremental builder: which targets must run, and in which order.

Files have a text or are missing; a missing file is not the same as one with an empty text. A target is declared with its sources (files), its needs
(other targets, which may be declared later or never) and its cost. The order in which sources or needs are given, and giving one twice, means nothing.
Each run of a target leaves a record: the sources and needs then declared, the texts of the sources as they then were, the outputs of its needs as they then
were, and its own output. A record stays until the next run of the target; nothing else changes it.

declare(name, sources, needs, cost)   Declares a target or replaces its declaration. ValueError, and no change, if cost < 0 or name is among its own needs.
write(file, text), remove(file)       Change the files; KeyError if a file to be removed is missing.

order(goals)     The goals and all that they need, directly or not, each once and after all its needs; wherever several could come next, the one with the smallest
                 name comes. KeyError if one of them is not declared; else ValueError if they need each other in a circle. What the goals do not need is of no matter.
stale(goals)     Those of order(goals), in that order, that would have to run if every output changed with each run: a target is stale if it has no record, if its
                 declared sources or needs differ from those in the record (the cost does not matter), if the text of a source differs from the record (a missing source
                 always differs), if the output of a need (that of the need's record) differs from the one in the record, or if one of its needs is stale.
cost(goals)      The sum of the costs of stale(goals).
critical(goals)  The highest sum of the costs of stale targets along any chain in which each target needs the one before it (within order(goals)); 0 if none is stale.
build(goals)     Goes through order(goals). A target is skipped if one of its needs has failed or was skipped in this call. Otherwise it runs if it is stale by the rules above,
                 leaving out the last one: whether a need has run is of no matter, only whether its output now differs from the one in the record. A target that must run but misses
                 a source fails: it does not run and its record stays as it is. The result is {"ran": [...], "failed": [...], "skipped": [...]}, each in the order of order(goals).
output(name)     The output of the last run; KeyError if there was none. It is the name and, in brackets, joined by ";", for each source in the order of the file names
                 "file=text", the text without white space at its ends, then for each need in the order of their names its output: "app(main=1;lib(a=2))".
runs(name)       How often the target has run.

None of the questions changes anything.
"""


class Target:
    def __init__(self):
        self.sources = []
        self.needs = []
        self.cost = 0


class Builder:
    def __init__(self):
        self._files = {}
        self._targets = {}
        self._records = {}
        self._runs = {}
        self._orders = {}

    # Declarations and files

    def declare(self, name, sources, needs, cost):
        if cost < 0 or name in needs:
            raise ValueError(name)
        if name not in self._targets:
            self._targets[name] = Target()
            self._orders.clear()
        target = self._targets[name]
        target.sources[:] = sorted(set(sources))
        target.needs[:] = sorted(needs)
        target.cost = cost

    def write(self, file, text):
        self._files[file] = text

    def remove(self, file):
        del self._files[file]

    # Order

    def _closure(self, goals):
        found = set()
        waiting = list(goals)
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            waiting.extend(self._targets[name].needs)
        return found

    def order(self, goals):
        key = tuple(goals)
        if key not in self._orders:
            self._orders[key] = self._sorted(self._closure(goals))
        return list(self._orders[key])

    def _sorted(self, names):
        missing = {name: len(self._targets[name].needs) for name in names}
        dependents = {name: [] for name in names}
        for name in names:
            for need in self._targets[name].needs:
                dependents[need].append(name)
        ready = sorted(name for name in names if missing[name] == 0)
        result = []
        while ready:
            name = ready.pop(0)
            result.append(name)
            for dependent in sorted(dependents[name]):
                missing[dependent] -= 1
                if missing[dependent] == 0:
                    ready.append(dependent)
        if len(result) < len(names):
            raise ValueError("targets need each other in a circle")
        return result

    # Questions

    def _differs(self, name):
        """Whether the target has no record, or one that no longer fits what is declared, the files and the outputs of its needs."""
        record = self._records.get(name)
        if record is None:
            return True
        target = self._targets[name]
        if (record["sources"], record["needs"]) != (target.sources, target.needs):
            return True
        if any(self._files.get(file, "") != record["texts"].get(file, "") for file in target.sources):
            return True
        return any(self._recorded_output(need) != record["outputs"][need] for need in target.needs)

    def _recorded_output(self, name):
        record = self._records.get(name)
        return None if record is None else self._render(name)

    def stale(self, goals):
        result = []
        found = set()
        for name in self.order(goals):
            if self._differs(name) or any(need in found for need in self._targets[name].needs):
                found.add(name)
                result.append(name)
        return result

    def cost(self, goals):
        return sum(self._targets[name].cost for name in self.stale(goals))

    def critical(self, goals):
        stale = set(self.stale(goals))
        return max((self._longest(name, stale) for name in goals), default=0)

    def _longest(self, name, stale, known={}):
        if name not in known:
            target = self._targets[name]
            own = target.cost if name in stale else 0
            known[name] = own + max((self._longest(need, stale) for need in target.needs), default=0)
        return known[name]

    def output(self, name):
        if name not in self._records:
            raise KeyError(name)
        return self._render(name)

    def _render(self, name):
        target = self._targets[name]
        parts = [f"{file}={self._files.get(file, '').strip()}" for file in target.sources]
        return f"{name}({';'.join(parts + [self._render(need) for need in target.needs])})"

    def runs(self, name):
        return self._runs.get(name, 0)

    # Building

    def build(self, goals):
        ran, failed, skipped = [], [], []
        for name in self.order(goals):
            target = self._targets[name]
            if any(need in failed for need in target.needs):
                skipped.append(name)
            elif not self._differs(name) and not any(need in ran for need in target.needs):
                continue
            else:
                self._run(name)
                if any(file not in self._files for file in target.sources):
                    failed.append(name)
                else:
                    ran.append(name)
        return {"ran": ran, "failed": failed, "skipped": skipped}

    def _run(self, name):
        target = self._targets[name]
        texts = {file: self._files.get(file, "") for file in target.sources}
        outputs = {need: self._recorded_output(need) for need in target.needs}
        self._records[name] = {
            "sources": target.sources,
            "needs": target.needs,
            "texts": texts,
            "outputs": outputs,
        }
        self._runs[name] = self._runs.get(name, 0) + 1
