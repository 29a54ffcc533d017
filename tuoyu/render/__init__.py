"""Turns one assembled report into pages: Markdown by the way, then HTML and PDF.

What belongs here: layout. What does not: what the report says, or where its numbers come from.
"""
