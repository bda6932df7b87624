"""A Keras layer that encodes text as one dataset does, inside a model.

Importing this module registers the layer with Keras, so that `keras.saving.load_model` knows it.

Usage:

    layer = imdb_keras_tfds.codec("imdb_keras/top10k").layer()
    layer(["What a film!", "Bad."])   # [[1, 51, 6, 22], [1, 78, 0, 0]]
"""

import json
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ..config import PAD
from ..errors import ImdbKerasError
from ..ragged import Side, check_pre_or_post
from ..recipe.tokenizer import FILTERS

LEFT_OUT = -1
"""In the place of an id: the word has none."""

_SEPARATORS = "[ " + "".join(rf"\x{byte:02x}" for byte in FILTERS) + "]+"


@keras.saving.register_keras_serializable("imdb_keras_tfds")
class TextToIds(keras.layers.Layer):
    """Text to padded ids: string `[...]` to int32 `[..., length]`; see `Codec.layer`."""

    def __init__(
        self,
        word_ids: Mapping[str, int],
        unknown_id: int = LEFT_OUT,
        start_id: int | None = None,
        ids_at_most: int | None = None,
        maxlen: int | None = None,
        padding: Side = "post",
        truncating: Side = "post",
        **kwargs: Any,
    ):
        """Makes a layer; `Codec.layer` is the usual way.

        Args:
          word_ids: word -> its id, or `LEFT_OUT`.
          unknown_id: the id of every other word, or `LEFT_OUT`.
          start_id: the id before each text; None for none.
          ids_at_most: a text has its first ids up to this number; None for all.
          maxlen: see `Codec.layer`.
          padding: see there.
          truncating: see there.
          **kwargs: of `keras.layers.Layer`.

        Raises:
          ImdbKerasError: an argument makes no sense, or Keras does not run on TensorFlow.
        """
        check_pre_or_post(padding=padding, truncating=truncating)
        if maxlen is not None and (type(maxlen) is not int or maxlen < 1):
            raise ImdbKerasError(f"maxlen={maxlen!r} is no length; give 1 or more, or None")
        if keras.backend.backend() != "tensorflow":
            raise ImdbKerasError(
                f"Keras runs on {keras.backend.backend()}, which has no strings; set "
                "KERAS_BACKEND=tensorflow, or encode with codec.encode"
            )
        super().__init__(**kwargs)
        # As in Keras's own layers of text: strings are not for the layer's dtype, nor for XLA.
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True
        self.supports_jit = False

        self.unknown_id = unknown_id
        self.start_id = start_id
        self.ids_at_most = ids_at_most
        self.maxlen = maxlen
        self.padding = padding
        self.truncating = truncating
        # As text: Keras would track a dict word by word, and take some words for its own.
        self._word_ids = json.dumps(word_ids)
        # The empty word is what splitting leaves at either end of a text.
        ids = {b"": LEFT_OUT} | {word.encode(): number for word, number in word_ids.items()}
        self._table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(
                tf.constant(np.array(list(ids), object)), tf.constant(list(ids.values()), tf.int32)
            ),
            default_value=unknown_id,
        )

    def call(self, inputs: Any) -> Any:
        """Encodes text.

        Args:
          inputs: string `[...]`, UTF-8. Bytes that are not are taken as they are; none is refused.

        Returns:
          int32 `[..., length]`.
        """
        texts = tf.convert_to_tensor(inputs, tf.string)
        # The rule of tokenizer.py: `lower` knows ASCII alone, unless it is given an encoding.
        spaced = tf.strings.regex_replace(tf.strings.lower(texts), _SEPARATORS, " ")
        ids = self._table.lookup(tf.strings.split(tf.reshape(spaced, [-1]), " "))
        ids = tf.ragged.boolean_mask(ids, ids != LEFT_OUT)
        if self.start_id is not None:
            ids = tf.concat([tf.fill([tf.size(texts), 1], self.start_id), ids], axis=1)
        ids = ids[:, : self.ids_at_most]
        if self.maxlen is not None:
            ids = ids[:, -self.maxlen :] if self.truncating == "pre" else ids[:, : self.maxlen]
        if self.padding == "pre":
            padded = ids[:, ::-1].to_tensor(PAD, shape=(None, self.maxlen))[:, ::-1]
        else:
            padded = ids.to_tensor(PAD, shape=(None, self.maxlen))
        shaped = tf.reshape(padded, tf.concat([tf.shape(texts), tf.shape(padded)[1:]], axis=0))
        return tf.ensure_shape(shaped, self.compute_output_shape(texts.shape))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape, and the length of the ids."""
        return (*input_shape, self.maxlen)

    def compute_output_spec(self, inputs: Any) -> Any:
        """What Keras needs to know of the ids."""
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), "int32")

    def get_config(self) -> dict[str, Any]:
        """The arguments of the layer, its words among them as one text of JSON."""
        names = ("unknown_id", "start_id", "ids_at_most", "maxlen", "padding", "truncating")
        arguments = {name: getattr(self, name) for name in names}
        config: dict[str, Any] = super().get_config()
        return config | arguments | {"word_ids": self._word_ids}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "TextToIds":
        """The layer of a config."""
        return cls(**config | {"word_ids": json.loads(config["word_ids"])})
