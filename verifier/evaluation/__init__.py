"""Measuring what the floors do: metrics, and runs over labelled files. Nothing above imports it but its commands."""
