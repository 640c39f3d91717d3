"""Your turn: the exercises of chapter 9, in the notebook's order."""
