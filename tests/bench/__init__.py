"""Speed and memory of dfopt beside its peers: ``python -m tests.bench [FOLDER]``."""
