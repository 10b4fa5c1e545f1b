"""From evidence to a verdict: choosing sentences, deciding, and revising a draft. Pure functions; models stay outside."""
