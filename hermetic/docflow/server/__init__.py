"""One instance of the service: API, pages, metrics."""
