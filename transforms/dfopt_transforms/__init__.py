"""The transforms that come with dfopt: one module each, found by the registry."""
