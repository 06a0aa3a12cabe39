"""BuildKit's Dockerfile grammar: text to a lossless tree."""
