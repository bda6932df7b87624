"""Builds the documentation: `make docs`, whose pages load nothing from elsewhere."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import imdb_keras_tfds

project = "imdb-keras-tfds"
author = "The imdb-keras-tfds authors"
project_copyright = f"2026, {author}"
version = release = imdb_keras_tfds.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_argparse_cli",
    "sphinx_copybutton",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# A name in backquotes is no link, and the pages are read on other sites too.
myst_links_external_new_tab = False
suppress_warnings = ["myst.header"]

# Docstrings say types and shapes in words, and signatures stay short enough to be read.
autodoc_typehints = "none"
default_role = "code"
autodoc_member_order = "bysource"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False
python_use_unqualified_type_names = True

# References to nowhere are errors; what is of other packages has its pages elsewhere.
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|typing|os|builtins|types)\..*"),
    (
        r"py:.*",
        r"(numpy|np|tensorflow|tf|tensorflow_datasets|tfds|keras|pyarrow|pa|scipy|etils|epath|mlcroissant|mlc)(\..*)?",
    ),
    (r"py:.*", r"imdb_keras_tfds\.recipe\..*|Side|Unknown|TextToIds"),
    (
        r"py:.*",
        r"(int|str|bool|float|bytes|list|dict|tuple|None|object|range|set|type|slice|optional|ValueError|OSError|TypeError|IndexError|KeyError|AttributeError|UserWarning|DeprecationWarning)",
    ),
]

html_theme = "furo"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_title = "imdb-keras-tfds"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
templates_path = ["_templates"]
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "top_of_page_buttons": [],
    "footer_icons": [],
}
copybutton_exclude = ".linenos, .gp, .go"
