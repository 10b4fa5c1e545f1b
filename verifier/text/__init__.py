"""Reads texts and rows, and finds passages, sentences and claims in them, all with their offsets."""
