"""What an install of dependencies reads and writes in the folder of a project, from the files that are there."""
