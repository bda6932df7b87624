"""What a dataset is, for people: figures, charts, a page, an audit and a card.

In come a prepared dataset and, for the page, the corpus that it was built from; out come a page of
HTML (`report`), what an audit finds (`audit`) and a card in Markdown (`card`). The card says what
stands in `account`: what is known (`provenance`) and what is counted (`composition`, `audit`),
topic by topic (`topics`).
"""
