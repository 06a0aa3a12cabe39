"""Real Dockerfiles: brought by package registries when the tests run, or from a folder; none is committed."""
