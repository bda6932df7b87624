import copy
import json
import pickle

import pytest

from imdb_keras_tfds import ImdbKerasConfig
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.text.codec import Codec
from imdb_keras_tfds.text.decoded import DecodedText


def test_what_a_codec_decodes_shows_itself(sample: Corpus) -> None:
    codec = Codec(ImdbKerasConfig(corpus="sample"), sample.vocabulary, None)
    text = codec.decode([1, 2, 4, 0])
    assert text == "[START] [OOV] the [PAD]"
    assert isinstance(text, DecodedText)
    assert all(isinstance(row, DecodedText) for row in codec.decode([[1, 4], []]))


def test_what_is_no_word_is_marked_and_explained() -> None:
    shown = DecodedText("[START] a [OOV] film [PAD]")._repr_html_()
    assert (shown.count("<mark"), shown.count("<span")) == (1, 2)
    assert '<mark title="a word that the settings cut">[OOV]</mark> film' in shown


def test_no_word_is_taken_for_markup() -> None:
    shown = DecodedText("<b>bold</b> & x")._repr_html_()
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; x" in shown
    assert "<mark" not in shown


@pytest.mark.parametrize("text", ["", "[START] the", "d'été"])
def test_it_is_a_text_like_any_other(text: str) -> None:
    decoded = DecodedText(text)
    assert decoded == text
    assert hash(decoded) == hash(text)
    assert repr(decoded) == repr(text)
    assert json.dumps(decoded) == json.dumps(text)
    for kept in (pickle.loads(pickle.dumps(decoded)), copy.deepcopy(decoded)):
        assert type(kept) is str
        assert kept == text
