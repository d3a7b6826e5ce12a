"""The rules of the product as pure functions: no clock, no socket, no file."""
