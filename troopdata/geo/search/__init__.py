"""The spatial search itself: a compiled tree and a scipy one that give the same answers."""
