DAY = 24 * 60


class SpanError(ValueError):
    pass


def _minute(text):
    hour, colon, minute = text.strip().partition(":")
    if not hour.isdigit() or (colon and not (minute.isdigit() and len(minute) == 2)):
        raise SpanError(f"not a time of day: {text.strip()!r}")
    total = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or total > DAY:
        raise SpanError(f"not a time of day: {text.strip()!r}")
    return total


def parse(text):
    spans = []
    for part in text.split(","):
        if not part.strip():
            continue
        if part.count("-") != 1:
            raise SpanError(f"not a span: {part.strip()!r}")
        start, end = (_minute(side) for side in part.split("-"))
        if end <= start:
            end += DAY
        spans.append((start, end))
    return _joined(sorted(spans))


def _joined(spans):
    joined = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def total(spans):
    return sum(end - start for start, end in spans)


def is_open(spans, clock):
    minute = _minute(clock)
    return any(start <= at < end for start, end in spans for at in (minute, minute + DAY))


def show(spans):
    def clock(minute):
        hour, rest = divmod(minute % DAY, 60)
        return f"{hour}:{rest:02}" if rest else str(hour)

    return ", ".join(f"{clock(start)}-{clock(end)}" for start, end in spans)
