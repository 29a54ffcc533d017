"""Layouts: where in a sheet the place, the indicator, the date and the figure stand."""
