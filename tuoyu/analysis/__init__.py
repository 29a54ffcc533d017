"""Pure functions on values and DataFrames: no paths, no clock, no randomness.

What belongs here: reading printed figures, cleaning, checks, indicators, wording, charts, tables.
What does not: opening files by name, running notebooks, rendering pages.
"""
