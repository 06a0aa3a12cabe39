"""What would be built: stages, scopes, image references, mounts, the build plan."""
