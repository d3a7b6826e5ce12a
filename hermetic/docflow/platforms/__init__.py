"""What stands round the service: builds of the front end, images, the remote switch, the share of the canary."""
