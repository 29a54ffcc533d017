"""Facts to the document: the text, its rules and its record of what was left out."""
