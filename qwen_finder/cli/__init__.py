"""The command line: a file per command, each a thin client of the service. Imports nothing heavy."""
