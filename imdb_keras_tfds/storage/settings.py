"""The settings of a prepared dataset, whichever way its builder was come by.

Usage:

    config = config_of(tfds.builder_from_directory(folder))
"""

import tensorflow_datasets as tfds

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError


def config_of(builder: tfds.core.DatasetBuilder) -> ImdbKerasConfig:
    """The config of a dataset.

    TFDS reads a prepared dataset of a config that is not listed from its folder, by a builder that
    only knows the name of its config.

    Args:
      builder: of a prepared dataset.

    Raises:
      ImdbKerasError: the dataset is none of this package's.
    """
    if isinstance(builder.builder_config, ImdbKerasConfig):
        return builder.builder_config
    try:
        return ImdbKerasConfig(**builder.info.metadata["settings"])
    except (KeyError, TypeError) as error:
        raise ImdbKerasError(
            f"{builder.data_dir}: is no dataset of imdb_keras; name one of this package's"
        ) from error
