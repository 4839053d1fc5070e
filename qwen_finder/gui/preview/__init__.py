"""The pane beside the results: a look into the chosen file, at the place that answers."""
