"""The command `imdb-keras`."""

import argparse
import contextlib
import io
import os
import pathlib
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import absl.logging
import tensorflow_datasets as tfds

from ..config import ImdbKerasConfig, is_own_name
from ..errors import ImdbKerasError
from ..imdb_keras.imdb_keras_dataset_builder import Builder
from ..keras_compat.published import PUBLISHED, export
from ..recipe import corpus
from ..recipe.corpus import Corpus
from ..recipe.sequences import SHUFFLED
from ..source import reading, release
from ..source.local import ARCHIVE_VARIABLE, local_archive
from ..storage import ranks
from ..storage.prepared import contents_of, read_corpus
from ..storage.verify import verify
from ..text.codec import codec_of

_STATUS_DIFFERENT = 1
_STATUS_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
      arguments: of the command line; the default is the process's own.

    Returns:
      The exit status: 0, 1 if something differs, 2 for an error, which is one line on stderr.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    # Standard error is for progress, where somebody looks, and for the one line of an error.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    absl.logging.set_verbosity(absl.logging.ERROR)
    if not sys.stderr.isatty():
        tfds.disable_progress_bar()
    try:
        status: int = options.run(options)
    except Exception as error:
        kind = "" if isinstance(error, ImdbKerasError) else f"{type(error).__name__}: "
        print(f"{parser.prog}: {kind}{' '.join(str(error).split())}", file=sys.stderr)
        return _STATUS_ERROR
    return status


def _prove(options: argparse.Namespace) -> int:
    ranked = _corpus(options)
    rows = [("file", "published in", "published", "computed here", "match")]
    for file in PUBLISHED:
        computed = file.compute(ranked)
        match = "yes" if computed == file.digest else "NO"
        rows.append((file.name, file.published, file.digest, computed, match))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())
    return 0 if all(row[-1] == "yes" for row in rows[1:]) else _STATUS_DIFFERENT


def _export_keras(options: argparse.Namespace) -> int:
    for path in export(_corpus(options), options.keras_home, force=options.force):
        print(path)
    return 0


def _export_croissant(options: argparse.Namespace) -> int:
    from ..export import croissant  # which imports mlcroissant

    builder = _prepared_release(options)
    path = options.output or f"{builder.name}-{builder.builder_config.name}.croissant.json"
    croissant.write(builder, path)
    print(path)
    return 0


def _encode(options: argparse.Namespace) -> int:
    ids = codec_of(_prepared(options)).encode(options.text, unknown=options.unknown)
    print(*ids.tolist())
    return 0


def _decode(options: argparse.Namespace) -> int:
    print(codec_of(_prepared(options)).decode(options.ids, skip_special=options.skip_special))
    return 0


def _info(options: argparse.Namespace) -> int:
    builder = _prepared(options)
    info, metadata = builder.info, builder.info.metadata
    print(f"name        {info.full_name}")
    print(f"meaning     {builder.builder_config.description}")
    print(f"folder      {builder.data_dir}")
    print(f"format      {info.file_format.value}, {info.dataset_size}")
    print(f"vocabulary  {metadata['vocabulary_size']:,} words")
    for setting, value in metadata["settings"].items():
        print(f"setting     {setting}={value!r}")
    for name, split in info.splits.items():
        print(f"split       {name}: {split.num_examples:,} reviews in {split.num_shards} shards")
    for folder, contents in metadata["source"].items():
        print(
            f"source      {folder}: {contents['reviews']:,} reviews, SHA-256 {contents['sha256']}"
        )
    return 0


def _report(options: argparse.Namespace) -> int:
    from ..describe import report  # which imports matplotlib

    builder = _prepared_release(options)
    ranked = ranks.recall(contents_of(builder), SHUFFLED)
    if ranked is None:
        options.config = ImdbKerasConfig(corpus=builder.builder_config.corpus).name
        ranked = read_corpus(_prepared(options))
    path = options.output or f"{builder.name}-{builder.builder_config.name}.html"
    report.write(builder, ranked, path)
    print(path)
    return 0


def _verify(options: argparse.Namespace) -> int:
    name = options.config.removeprefix(f"{Builder.name}/")
    if not is_own_name(name):
        name = ImdbKerasConfig.from_name(name).name
    root = pathlib.Path(options.data_dir or tfds.core.constants.DATA_DIR).expanduser()
    folder = root / Builder.name / name / str(Builder.VERSION)
    problems = verify(folder)
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{folder}: all is well")
    return _STATUS_DIFFERENT if problems else 0


def _prepared(options: argparse.Namespace) -> tfds.core.DatasetBuilder:
    """The builder of the config that the options name, prepared."""
    name = options.config.removeprefix(f"{Builder.name}/")
    if is_own_name(name):
        return tfds.builder(f"{Builder.name}/{name}", data_dir=options.data_dir)
    builder = Builder(config=name, data_dir=options.data_dir, archive=options.archive)
    with contextlib.redirect_stdout(io.StringIO()):  # TFDS tells there where the dataset goes.
        builder.download_and_prepare()
    return builder


def _prepared_release(options: argparse.Namespace) -> Builder:
    """The same, of a config of a release."""
    builder = _prepared(options)
    if isinstance(builder, Builder):
        return builder
    raise ImdbKerasError(
        f"{builder.info.full_name} is a dataset of your own reviews, for which this command is not "
        "made; name a config of the Stanford reviews or of the sample"
    )


def _corpus(options: argparse.Namespace) -> Corpus:
    """The Stanford corpus: from the local archive if there is one, else from TFDS's data."""
    if local := local_archive(options.archive):
        return corpus.build(reading.read(local, release.STANFORD))
    options.config = ImdbKerasConfig().name
    return read_corpus(_prepared(options))


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, as all errors of the command are."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}; see {self.prog} --help", file=sys.stderr)
        sys.exit(_STATUS_ERROR)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="imdb-keras",
        description="The IMDB dataset of Keras, rebuilt from the Stanford reviews.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", metavar="DIR", help="TFDS's data folder")
    common.add_argument(
        "--archive",
        metavar="PATH",
        help=f"the Stanford archive or its unpacked folder (default: {ARCHIVE_VARIABLE}, or a "
        "download)",
    )

    def command(group: Any, name: str, purpose: str, example: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = group.add_parser(
            name,
            parents=[common],
            help=purpose,
            description=f"{purpose[0].upper()}{purpose[1:]}.",
            epilog=f"example: {example}",
        )
        return added

    prove = command(
        commands,
        "prove",
        "hold the hashes that Keras published against the data",
        "imdb-keras prove --archive aclImdb_v1.tar.gz",
    )
    prove.set_defaults(run=_prove)

    formats = command(
        commands, "export", "write the data in another format", "imdb-keras export keras"
    ).add_subparsers(metavar="FORMAT", required=True)
    keras = command(
        formats,
        "keras",
        "write imdb.npz and imdb_word_index.json where Keras looks for them",
        "imdb-keras export keras --keras-home ~/.keras",
    )
    keras.add_argument(
        "--keras-home",
        metavar="DIR",
        type=pathlib.Path,
        default=os.environ.get("KERAS_HOME") or pathlib.Path.home() / ".keras",
        help="Keras's folder (default: KERAS_HOME, or ~/.keras)",
    )
    keras.add_argument("--force", action="store_true", help="overwrite files of other content")
    keras.set_defaults(run=_export_keras)

    croissant = command(
        formats,
        "croissant",
        "describe a dataset in Croissant, the JSON-LD of MLCommons",
        "imdb-keras export croissant top10k",
    )
    croissant.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="default: imdb_keras-NAME.croissant.json in the current folder; nothing is put into "
        "the dataset folder",
    )
    croissant.set_defaults(run=_export_croissant)

    encode = command(
        commands,
        "encode",
        "encode a text",
        'imdb-keras encode "What a film!" --config top10k',
    )
    encode.add_argument("text", metavar="TEXT", help="the text")
    encode.add_argument(
        "--unknown",
        choices=("skip", "oov"),
        default="skip",
        help="what becomes of a word that no training review has (default: skip)",
    )
    encode.set_defaults(run=_encode)

    decode = command(
        commands,
        "decode",
        "decode ids",
        "imdb-keras decode 1 51 6 22 --config top10k",
    )
    decode.add_argument("ids", metavar="ID", type=int, nargs="+", help="an id")
    decode.add_argument("--skip-special", action="store_true", help="leave out [START] and such")
    decode.set_defaults(run=_decode)
    for with_config in (encode, decode):
        with_config.add_argument(
            "--config", metavar="NAME", default=ImdbKerasConfig().name, help="default: %(default)s"
        )

    verified = command(
        commands,
        "verify",
        "check every file and record of a dataset",
        "imdb-keras verify top10k",
    )
    verified.set_defaults(run=_verify)

    info = command(
        commands,
        "info",
        "tell what a dataset is, and prepare it if it is not yet",
        "imdb-keras info top10k",
    )
    info.set_defaults(run=_info)

    report = command(
        commands,
        "report",
        "show a dataset on a page of HTML, for choosing the settings",
        "imdb-keras report top10k -o report.html",
    )
    report.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="default: imdb_keras-NAME.html in the current folder",
    )
    report.set_defaults(run=_report)
    for with_name in (verified, info, croissant, report):
        with_name.add_argument("config", metavar="NAME", help="a config, as in top10k")
    return parser
