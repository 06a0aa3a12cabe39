"""The build context: the files that a build gets, as they lie in a folder."""
