"""The product's HTTP server: one process, its flags read at its start."""
