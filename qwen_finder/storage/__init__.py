"""What is kept: the catalog of files (SQLite) and their chunks with vectors and full text (LanceDB)."""
