"""Verdicts as rows of JSON and as text for people; what they hold is decided below."""
