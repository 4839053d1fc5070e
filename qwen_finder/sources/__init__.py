"""Where files come from: which folders may be indexed, which files in them count, what is there now."""
