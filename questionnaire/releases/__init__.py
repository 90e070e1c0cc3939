"""Published rulebooks: each a folder that never changes, and a file that names the active one."""
