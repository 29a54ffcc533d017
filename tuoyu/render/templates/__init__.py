"""Templates of the pages: Typst, HTML, CSS, JavaScript and pandoc filters."""
