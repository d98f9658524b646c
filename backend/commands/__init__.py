"""What `linli COMMAND` does, one command a file; `backend.cli` lists them."""
