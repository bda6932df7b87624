"""Runs the tests that try faults, and writes their results to `docs/explanation/reliability.md`."""

import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter

ROOT = pathlib.Path(__file__).parent.parent

# Test functions of other modules that stand for a fault, and what it is called.
FAULTS = {
    "test_a_flipped_byte_anywhere_in_a_shard_is_found": "a flipped bit in a shard",
    "test_a_flipped_byte_in_any_file_is_found": "a flipped bit in any file of a dataset",
    "test_a_missing_file_is_found": "a missing file",
    "test_an_empty_file_is_found": "an empty file",
    "test_a_truncated_shard_is_found": "a truncated shard",
    "test_a_swapped_pair_of_shards_is_found": "a swapped pair of shards",
    "test_an_extra_file_is_found": "an extra shard",
    "test_an_edited_dataset_info_is_found": "an edited `dataset_info.json`",
    "test_an_edited_split_is_found": "an edited split in `dataset_info.json`",
    "test_json_of_another_form_is_found": "JSON of another form",
    "test_a_folder_of_another_version_or_config_is_found": "a folder of another version or config",
}
FOUND = "found by `verify`"

INTRODUCTION = """\
# What was tried

Each fault was really caused, as often as the table says, by the tests that `make test` runs. A row
stands here only if every try ended as the last column says: nothing was lost, and nothing wrong was
accepted. Lost would be a build that does not succeed after the fault is gone, or reviews that are
not there any more; accepted would be a folder that TFDS takes for a dataset, or an archive that is
read, with other content than the release's.

`make reliability` runs the tests and writes this file anew.

| fault | tried | outcome |
| --- | --- | --- |
"""


def _tries_faults(path: pathlib.Path) -> bool:
    text = path.read_text()
    return "record_property" in text or any(f"def {name}(" in text for name in FAULTS)


def main() -> int:
    """Writes the table; the status is not 0 if a test fails."""
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder, "results.xml")
        modules = [path for path in (ROOT / "tests").rglob("test_*.py") if _tries_faults(path)]
        ended = subprocess.run(  # noqa: S603  (this very Python)
            [sys.executable, "-m", "pytest", "-q", *modules, f"--junitxml={results}"],
            cwd=ROOT,
            check=False,
        )
        if ended.returncode:
            return ended.returncode
        tests = list(ElementTree.parse(results).iter("testcase"))  # noqa: S314  (pytest's own)
    tried: Counter[tuple[str, str]] = Counter()
    for test in tests:
        for reported in test.iterfind("properties/property[@name='fault']"):
            fault, times, outcome = json.loads(reported.attrib["value"])
            tried[fault, outcome] += times
        if fault := FAULTS.get(test.attrib["name"].split("[")[0]):
            tried[fault, FOUND] += 1
    rows = [f"| {fault} | {times:,} | {outcome} |\n" for (fault, outcome), times in tried.items()]
    (ROOT / "docs" / "explanation" / "reliability.md").write_text(INTRODUCTION + "".join(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
