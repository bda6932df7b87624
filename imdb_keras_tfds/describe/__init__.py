"""What a dataset is, for people: figures, charts and a page.

In come a prepared dataset and the corpus that it was built from; out comes a page of HTML
(`report`). Figures stand in `statistics`, charts in `charts`, the page's text and looks in
`report.html.jinja`.
"""
