"""Text to ids and back, as a prepared dataset has them.

In comes the folder of a dataset; out come a codec for Python (`codec`), and a Keras layer for
models (`layer`). What is left out or marked follows the settings, by `recipe.sequences`.
"""
