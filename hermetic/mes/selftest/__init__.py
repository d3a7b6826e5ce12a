"""The product's own tests, as its npm scripts run them."""
