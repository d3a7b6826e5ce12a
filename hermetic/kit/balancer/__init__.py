"""A weighted balancer before two servers: a real nginx where one is installed, else a router of our own.

Both go by one file in nginx's language, `conf`; `place` says where the files are.
"""
