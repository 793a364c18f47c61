"""One origin for HTTP and WebSocket on one machine; in production Nginx does this."""
