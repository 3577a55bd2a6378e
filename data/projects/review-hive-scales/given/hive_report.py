"""Weekly report over the hive scales of a beekeepers' association.

A scale sends a reading every quarter of an hour. The readings of a week lie in one CSV file:

    hive,time,kilograms,battery
    north-3,2025-05-14T06:15:00,41.35,88

Times are UTC; lines may lie in any order. A scale that failed to weigh leaves `kilograms` empty:
such a line is skipped. A reading of 0.0 is real: the hive was lifted off its scale.
"""

import csv
from datetime import datetime, timedelta

SWARM_LOSS = 1.5                   # kilograms: a loss of this much or more ...
SWARM_WINDOW = timedelta(hours=1)  # ... within this time or less is a swarm
LOW_BATTERY = 20                   # percent: at this or below it the battery is exchanged
DAY = 96                           # readings: four an hour


class Reading:
    def __init__(self, hive, time, kilograms, battery):
        self.hive = hive
        self.time = time
        self.kilograms = kilograms
        self.battery = battery


def read_week(path, readings=[]):
    """All readings of one week's file, in the file's order."""
    with open(path, newline="") as source:
        for row in csv.DictReader(source):
            if not row["kilograms"]:
                continue
            readings.append(
                Reading(
                    row["hive"],
                    datetime.fromisoformat(row["time"]),
                    float(row["kilograms"]),
                    int(row["battery"]),
                )
            )
    return readings


def by_hive(readings):
    """The readings of each hive, oldest first."""
    hives = {}
    for reading in readings:
        hives.setdefault(reading.hive, []).append(reading)
    for series in hives.values():
        series.sort(key=lambda reading: reading.time)
    return hives


def latest_weight(series):
    """Kilograms of the newest reading, None where there is no reading."""
    for reading in reversed(series):
        if reading.kilograms:
            return reading.kilograms
    return None


def swarmed(series):
    """True where the hive lost SWARM_LOSS or more within SWARM_WINDOW."""
    for index, earlier in enumerate(series):
        for later in series[index + 1:]:
            within = (later.time - earlier.time).seconds <= SWARM_WINDOW.seconds
            if within and later.kilograms - earlier.kilograms >= SWARM_LOSS:
                return True
    return False


def day_mean(series):
    """Mean of the newest DAY readings (of all, where there are fewer), to two places."""
    newest = series[-DAY:-1]
    return round(sum(reading.kilograms for reading in newest) / len(newest), 2)


def low_batteries(hives):
    """Hives whose newest reading calls for a new battery, in alphabetical order."""
    return sorted(hive for hive, series in hives.items() if series[-1].battery < LOW_BATTERY)


def write_report(week_file, report_file):
    """One line a hive, then the batteries to exchange. Gives back the number of hives."""
    hives = by_hive(read_week(week_file))
    with open(report_file, "w") as report:
        for hive in sorted(hives):
            series = hives[hive]
            weight = latest_weight(series)
            shown = "no weight" if weight is None else f"{weight:.1f} kg"
            alarm = "  SWARM" if swarmed(series) else ""
            report.write(f"{hive}: {shown}, day's mean {day_mean(series):.2f} kg{alarm}\n")
        report.write("batteries: " + (", ".join(low_batteries(hives)) or "none") + "\n")
    return len(hives)
