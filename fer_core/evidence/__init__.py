"""What papers claim, what was measured, and the arithmetic between. No torch."""
