"""What people and other programs read: files written whole or not at all."""
