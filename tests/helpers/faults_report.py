"""How a test says what it tried, for the table in `docs/explanation/reliability.md`."""

import json
from collections.abc import Callable

PROPERTY = "fault"

RecordProperty = Callable[[str, object], None]
"""pytest's fixture `record_property`."""


def report(record_property: RecordProperty, fault: str, tried: int, outcome: str) -> None:
    """Says that a fault was tried so many times, always with this outcome.

    Several tests may report the same fault and outcome: their numbers are added.
    """
    record_property(PROPERTY, json.dumps([fault, tried, outcome]))
