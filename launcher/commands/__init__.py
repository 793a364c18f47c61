"""One module for each call of `./guild`."""
