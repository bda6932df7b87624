"""Hands on the layer of `text/layer.py`, whose saved models Keras looks for here.

Usage:

    import imdb_keras_tfds.layer   # before a `.keras` file with the layer in it is loaded
"""

from .text.layer import TextToIds

__all__ = ["TextToIds"]
