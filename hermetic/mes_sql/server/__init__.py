"""The API of blue and green: the same routes over two stores."""
