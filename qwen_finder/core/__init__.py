"""The words every room shares: documents, queries, results, ports, errors. Standard library only."""
