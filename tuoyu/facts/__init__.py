"""Observations to facts and findings."""
