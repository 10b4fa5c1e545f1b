"""From evidence to a verdict: choosing sentences, deciding, revising a draft. Pure; models stay outside."""
