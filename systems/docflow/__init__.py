"""DocFlow, a document service: its API, its pages, its metrics, its tools and the papers of its team."""
