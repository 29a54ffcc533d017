"""The nouns of the project: frozen values that validated themselves."""
