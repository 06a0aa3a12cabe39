"""dfopt rewrites Dockerfiles: smaller images, faster rebuilds, proved to keep their meaning."""

__version__ = "0.1.0"
