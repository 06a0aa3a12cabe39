"""Data only: package managers, base images, shell builtins, each fact with its source."""
