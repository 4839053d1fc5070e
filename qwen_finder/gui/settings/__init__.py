"""The settings as pages. Everything is read from and written through the service."""
