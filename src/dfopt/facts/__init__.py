"""What is true at an instruction, computed once and shared by all transforms."""
