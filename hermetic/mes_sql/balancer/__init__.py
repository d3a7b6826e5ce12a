"""The weighted balancer before blue and green: an nginx where one is installed, else a router of ours."""
