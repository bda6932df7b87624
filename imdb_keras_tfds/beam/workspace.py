"""The files by which the steps of a build hand on what they found.

Usage:

    workspace.write("names-0", {"name": ["0_9.txt"]}, folder="train/pos")
    workspace.read("names-0")["name"]
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from etils import epath
from numpy.typing import NDArray

from ..errors import ImdbKerasError
from ..source.folder import is_local

_PAUSES = (0.01, 0.1, 1, 3, 10)
"""Seconds between the tries to remove a workspace."""


@dataclass(frozen=True)
class Workspace:
    """The files by which steps hand on what they found: Arrow tables, and records.

    Attributes:
      folder: where they are.
    """

    folder: str

    def make(self) -> None:
        """Makes the folder."""
        epath.Path(self.folder).mkdir()

    def remove(self) -> None:
        """Removes the folder and all in it; to be called when the pipelines have ended.

        Some runners have a bundle done twice, and tell of its end while the second worker is still
        at it. What such a straggler writes from now on has no place to go to.

        Raises:
          ImdbKerasError: it cannot be removed.
        """
        folder = epath.Path(self.folder)
        if is_local(self.folder):
            # As long as it has its name, there may always be a new file in it.
            folder = folder.rename(f"{self.folder}.{uuid.uuid4().hex}")
        for pause in (*_PAUSES, None):
            try:
                folder.rmtree(missing_ok=True)
                return
            except OSError as error:
                if pause is None:
                    raise ImdbKerasError(
                        f"{folder}: cannot be removed ({error}); end the workers that still write "
                        "there, and build again"
                    ) from error
                time.sleep(pause)

    def write(self, name: str, columns: Mapping[str, Any] | pa.Table, **notes: str) -> None:
        """Writes a table, whole or not at all; a second one of that name replaces the first."""
        table = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
        table = table.replace_schema_metadata(notes)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        self.write_bytes(name, sink.getvalue().to_pybytes())

    def read(self, name: str) -> "Found":
        """The table of a name."""
        content = self._path(name).read_bytes()
        return Found(pa.ipc.open_file(pa.py_buffer(content)).read_all())

    def write_bytes(self, name: str, content: bytes) -> None:
        """Writes bytes, as `write` does a table."""
        temporary = self.temporary()
        temporary.write_bytes(content)
        temporary.replace(self._path(name))

    def read_bytes(self, name: str, start: int, stop: int) -> bytes:
        """A part of the bytes of a name."""
        with self._path(name).open("rb") as file:
            file.seek(start)
            content: bytes = file.read(stop - start)
            return content

    def temporary(self) -> epath.Path:
        """The path of a new file, which gets its name when it is whole."""
        return epath.Path(self.folder) / uuid.uuid4().hex

    def _path(self, name: str) -> epath.Path:
        return epath.Path(self.folder) / name


class Found:
    """A table of the workspace."""

    def __init__(self, table: pa.Table):
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, column: str) -> Any:
        """A column, as an Arrow array."""
        return self._table[column].combine_chunks()

    def numbers(self, column: str) -> NDArray[Any]:
        """A column of numbers."""
        numbers: NDArray[Any] = self[column].to_numpy()
        return numbers

    def note(self, name: str) -> str:
        """What was noted beside the table; empty if nothing was."""
        notes: Mapping[bytes, bytes] = self._table.schema.metadata or {}
        return notes.get(name.encode(), b"").decode()
