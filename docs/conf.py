"""How the documents become pages: Markdown by MyST, the look of furo, nothing fetched from elsewhere."""

from adit import __version__

project = "Adit"
author = "the Adit authors"
copyright = "the Adit authors"  # noqa: A001 - the name that Sphinx reads
release = __version__
version = __version__

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
smartquotes = False  # commands are shown as they are typed
suppress_warnings = ["toc.empty_glob"]  # a folder of decisions may still be empty

html_theme = "furo"
html_title = f"Adit {__version__}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
