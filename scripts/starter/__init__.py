"""Trains the multilingual starter model, one step a module: see README.md in this folder."""
