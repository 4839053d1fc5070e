"""Where things are kept and what the user chose. Knows nothing of what the values are used for."""
