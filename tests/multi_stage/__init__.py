"""Tests of what copies, and the processes of a container, may do with files."""
