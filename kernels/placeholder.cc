// Replaced by the first module of this folder.
