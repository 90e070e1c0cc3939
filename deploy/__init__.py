"""How the site gets onto a machine: its hashes, the list of its parts, its service and its health check."""
