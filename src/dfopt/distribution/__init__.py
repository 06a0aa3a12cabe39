"""Asks registries for digests: the OCI distribution API, read only. Nothing here is imported unless it is asked for."""
