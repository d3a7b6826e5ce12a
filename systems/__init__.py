"""What each system's API, commands and papers mean, in typed calls for steps; no phrase and no limit stands here."""
