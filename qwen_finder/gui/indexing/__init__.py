"""The rows of the indexing view: folders, downloads, the change to another model."""
