"""Customer relationship management, executable: one room a textbook chapter."""
