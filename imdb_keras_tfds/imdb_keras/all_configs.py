"""Every config that has a name, for TFDS to look up.

Usage:

    configs = AllConfigs([ImdbKerasConfig.from_name("full")])
    list(configs)             # ["full"]
    "top300_max20" in configs # True
"""

from __future__ import annotations

from collections.abc import Iterable

from imdb_keras_tfds.config import ImdbKerasConfig
from imdb_keras_tfds.errors import ImdbKerasError


class AllConfigs(dict[str, ImdbKerasConfig]):
    """The listed configs by their names, and in it, though not listed, every other name.

    TFDS looks here which configs it may leave to the builder; the others it reads by a builder of
    its own as soon as they are prepared. It tells configs apart by identity, so there is one object
    for each name.
    """

    def __init__(self, listed: Iterable[ImdbKerasConfig]):
        """Lists some.

        Args:
          listed: configs of the grammar.
        """
        super().__init__({config.name: config for config in listed})
        self._unlisted: dict[str, ImdbKerasConfig] = {}

    def __missing__(self, name: str) -> ImdbKerasConfig:
        """The config of a name that is not listed.

        Raises:
          ImdbKerasError: the name is not in the grammar.
        """
        return self._unlisted.get(name) or self.one_of(ImdbKerasConfig.from_name(name))

    def __contains__(self, name: object) -> bool:
        """Whether a config has this name."""
        if not isinstance(name, str):
            return False
        try:
            self[name]
        except ImdbKerasError:
            return False
        return True

    def one_of(self, config: ImdbKerasConfig) -> ImdbKerasConfig:
        """The object that stands for all configs that are equal to this one."""
        return self.get(config.name) or self._unlisted.setdefault(config.name, config)
