"""What a training loop takes.

In come the records of a prepared dataset, out come padded batches (`batches`), all columns as flat
arrays (`columns`), or a sparse matrix of which words a review has (`bag_of_words`).
"""
