"""The service process: the engine behind loopback HTTP. Knows HTTP and processes, nothing of searching."""
