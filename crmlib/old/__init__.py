"""What only the old chapters 6 and 8 use; it goes when they are rebuilt."""
