"""Replays a repository's history against BuildKit's cache: what each commit would have built anew."""
