"""What a training loop takes.

In come the records of a prepared dataset, out come padded batches (`batches`), or all columns as
flat arrays (`columns`).
"""
