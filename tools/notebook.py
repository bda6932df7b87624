"""Makes the notebook of `examples/` from its text, which is what one edits.

It is kept without outputs: those are for whoever runs it, and would be old with the next change.

Usage:

    make notebook
"""

import pathlib

import jupytext
import nbformat

TEXT = pathlib.Path(__file__).parent.parent / "examples" / "quickstart.md"

NOTEBOOK = TEXT.with_suffix(".ipynb")

_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def made() -> str:
    """The notebook of the text, as JSON; the same for the same text."""
    notebook = jupytext.read(TEXT)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # in the place of one by chance
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    content: str = nbformat.writes(notebook)
    return content + "\n"


if __name__ == "__main__":
    NOTEBOOK.write_text(made())
