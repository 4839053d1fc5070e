"""Documents cut into passages that are embedded and found as one."""
