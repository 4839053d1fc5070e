"""From folders to a searchable index: what changed, what to do about it, and doing it."""
