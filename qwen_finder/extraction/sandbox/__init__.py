"""Reading files in processes of their own, which may hang, crash and run out of memory without harm."""
