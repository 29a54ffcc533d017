"""Raw files to observations."""
