"""What Keras has: its two functions, and the files that it published.

In comes the prepared dataset `full`, or a corpus; out come Keras's arrays and word index (`load`),
or the bytes of its files (`published`, which `pickles` and `npz` encode).
"""
