"""The subject: what is particular to childcare for under-threes. Only notebooks and the front import it."""
