"""TFDS's own converter of file formats."""

import pathlib
import subprocess
import sys


def convert(folder: pathlib.Path, file_format: str) -> None:
    """Adds another file format to a dataset, by `tfds convert_format` in a process of its own."""
    arguments = [
        f"--dataset_version_dir={folder}",
        f"--out_file_format={file_format}",
        "--num_workers=1",
    ]
    tfds_command = pathlib.Path(sys.executable).with_name("tfds")
    subprocess.run([tfds_command, "convert_format", *arguments], check=True, capture_output=True)
