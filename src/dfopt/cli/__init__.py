"""The command line: what its commands are given, and what they do with it."""
