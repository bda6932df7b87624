"""The TFDS dataset folder: the builder, and what TFDS reads beside it."""
