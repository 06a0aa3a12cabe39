"""What the file says as a whole: stages, scopes, image references, mounts."""
