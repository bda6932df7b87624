"""A dataset for programs other than TFDS.

In comes a prepared dataset; out come tables of Arrow (`arrow`), Parquet files in a folder as
Hugging Face's hub has them (`parquet`), or its description in Croissant (`croissant`).
"""
