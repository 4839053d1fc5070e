"""What a file says: from a path to a Document whose segments know where they stand in the file."""
