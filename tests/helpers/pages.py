"""The code blocks of the README and of the documentation, and how each is run.

A comment before a block says what it needs: `needs the archive`, or `needs torch`; that it goes on
where the block before it ended (`continues`); or that other tests run it (`an example`, `not run:`
and why).
"""

import pathlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.helpers import frameworks
from tests.helpers.commands import run

ROOT = pathlib.Path(__file__).parents[2]

README = ROOT / "README.md"

PAGES = [
    README,
    *(
        path
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if "_build" not in path.relative_to(ROOT).parts
    ),
]
"""Everything that people read, of which each block is run."""

_ARCHIVE_IN_TEXT = "/data/aclImdb_v1.tar.gz"

_TFDS_SAYS = re.compile("(Downloading and p|P)reparing dataset |Dataset imdb_keras downloaded and ")

_BLOCK = re.compile(
    r"(?:^<!-- (?P<note>.*?) -->\n)?^```(?P<language>\w+)\n(?P<code>.*?)^```\n", re.M | re.S
)

_NOTE = re.compile(r"needs the archive|needs [a-z]+|continues|an example|not run: .+")

# What is there to be copied into something else than a program.
_SHOWN = {"bibtex"}

# It stands between the outputs of blocks that one process runs.
_BETWEEN = "\x1e"
_SEPARATORS = {"python": f"\nprint({_BETWEEN!r})\n", "sh": f"\nprintf '{_BETWEEN}\\n'\n"}


@dataclass
class Block:
    """A fenced block.

    Attributes:
      code: its text.
      output: the `text` block right behind it, if there is one.
    """

    code: str
    output: str | None = None


@dataclass
class Passage:
    """Blocks of a page that one process runs, one behind the other.

    Attributes:
      page: that they are on.
      language: `python` or `sh`.
      note: the comment before the first of them, if there is one.
      blocks: at least one.
    """

    page: pathlib.Path
    language: str
    note: str | None
    blocks: list[Block] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The text of all of them."""
        return "\n".join(block.code for block in self.blocks)

    @property
    def output(self) -> str | None:
        """What the last of them prints."""
        return self.blocks[-1].output

    @property
    def needs_archive(self) -> bool:
        """Whether it can only be run on the real data."""
        return self.note == "needs the archive"

    @property
    def is_example(self) -> bool:
        """Whether it runs a script of `examples/`, as the tests of these do."""
        return self.note == "an example"

    @property
    def is_run(self) -> bool:
        """Whether it is run as it stands."""
        return not (self.is_example or (self.note or "").startswith("not run"))

    def run(self, env: Mapping[str, str], archive: str = "") -> None:
        """Runs it in a process of its own, and holds what it prints against its output.

        Hugging Face's libraries ask nobody, and keep what they read in TFDS's data folder.
        """
        if self.note and self.note.startswith("needs ") and not self.needs_archive:
            frameworks.need(self.note.removeprefix("needs "))
        code = _SEPARATORS[self.language].join(block.code for block in self.blocks)
        code = code.replace(_ARCHIVE_IN_TEXT, archive)
        interpreter = [sys.executable, "-c"] if self.language == "python" else ["bash", "-ec"]
        env = {**env, "HF_HOME": f"{env['TFDS_DATA_DIR']}/hugging_face", "HF_HUB_OFFLINE": "1"}
        printed = run([*interpreter, code], cwd=ROOT, env=env).stdout.split(_BETWEEN)
        for block, lines in zip(self.blocks, printed, strict=True):
            if block.output is not None:
                # TFDS prints where it builds a dataset, which is not for a page.
                kept = [line for line in lines.splitlines() if not _TFDS_SAYS.match(line)]
                assert "\n".join(kept).strip() == block.output.strip()


def passages(*pages: pathlib.Path) -> list[Passage]:
    """All passages of some pages, in order; of all pages, if none is given."""
    return [passage for page in pages or PAGES for passage in _passages_of(page)]


def _passages_of(page: pathlib.Path) -> list[Passage]:
    found: list[Passage] = []
    for match in _BLOCK.finditer(page.read_text()):
        language, code, note = match["language"], match["code"], match["note"]
        if language == "text":
            block = found[-1].blocks[-1]
            assert block.output is None, (page, code)
            block.output = code
        elif language in _SHOWN:
            continue
        elif note == "continues":
            assert found[-1].language == language, (page, code)
            found[-1].blocks.append(Block(code))
        else:
            assert language in _SEPARATORS, (page, language)
            assert note is None or _NOTE.fullmatch(note), (page, note)
            found.append(Passage(page, language, note, [Block(code)]))
    return found


def title(passage: Passage) -> str:
    """A name for the test of a passage."""
    last = passage.blocks[0].code.strip().splitlines()[-1]
    return f"{passage.page.relative_to(ROOT)}: {last}"
