"""The script `imdb-keras`, which starts without TFDS.

To import the package is to register the dataset with TFDS, which takes several times as long as to
print the help. A module of the package could not be imported without that, so the script begins in
this one, and the package looks whether it is there. Whatever a command does with TFDS, it does by
the builder, whose import registers the dataset.

Nobody else imports this module.
"""


def main() -> int:
    """Runs the command; see `imdb_keras_tfds.cli.command.main`."""
    from imdb_keras_tfds.cli import command

    return command.main()
