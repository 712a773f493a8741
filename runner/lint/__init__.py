"""What judges SQL files for `rung lint`, each judge in a module of its own."""
