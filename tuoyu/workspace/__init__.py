"""The doors to disk: what stages, commands and pages read and write."""
