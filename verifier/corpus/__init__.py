"""Reads the corpora that claims are checked against."""
