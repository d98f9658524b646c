"""Piccolo's description of search."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from search import tables

APP_CONFIG = AppConfig(
    app_name="search",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=[getattr(tables, name) for name in tables.__all__],
    migration_dependencies=["backend.core.piccolo_app"],
)
