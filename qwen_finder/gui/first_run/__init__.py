"""The first start: three screens, each with a good answer already given."""
