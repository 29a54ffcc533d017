"""A new city (新城市): everything that its people need in order to begin, made from the name of the city.

Belongs here: the table of places, the workbooks to fill in, and the first edition. What is filled in is read by
``reading`` as any other raw file.
"""
