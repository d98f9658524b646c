"""What Linli runs beside itself on one machine: PostgreSQL, Valkey, and the supervisor of them all."""
