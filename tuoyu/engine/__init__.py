"""Side effects: notebooks are checked, executed and their products proved. Notebooks never import it.

``contract`` checks the notebooks' form before anything runs, ``notebook`` is the only door to
papermill, ``runner`` runs the stages of one edition, ``manifest`` writes down what went in and came out.
"""
