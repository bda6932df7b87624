"""A dataset for programs other than TFDS.

In comes a prepared dataset; out comes its description in Croissant (`croissant`).
"""
