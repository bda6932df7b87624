"""How often a fuzzer tries.

A fuzzer is a test with the mark `fuzz`; `make fuzz` runs those alone, and for longer.

Usage:

    @pytest.mark.fuzz
    def test_any_damage_is_found() -> None:
        for seed in range(fuzz_tries(200)):
            ...
"""

import os

VARIABLE = "IMDB_KERAS_FUZZ"
"""The environment variable that says how many times as often as usual every fuzzer tries."""


def fuzz_tries(usual: int) -> int:
    """The number of tries of a fuzzer.

    Args:
      usual: as many as a run of all tests has the time for.
    """
    return usual * int(os.environ.get(VARIABLE, "1"))
