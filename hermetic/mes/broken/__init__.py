"""How planted faults change the product. The product's own modules stay clean: they ask here at a few marked places."""
