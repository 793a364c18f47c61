"""Stateful stand-ins for the gateways, over HTTP on loopback, for tests, demonstrations and benchmarks."""
