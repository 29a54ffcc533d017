"""Registers of childcare institutions: every institution once → sums of the city and of its groups."""
