"""File formats: the bytes of a received file → sheets of cells with addresses, or a refusal in Chinese."""
