"""Training our own experts: data, mixtures, loops and export. Nothing above imports this package but its commands."""
