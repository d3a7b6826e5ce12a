"""What the service knows: kinds of documents by their words, and what revenue will be. No socket, no clock."""
