"""Piccolo's description of core."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.core import tables

APP_CONFIG = AppConfig(
    app_name="core",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=[getattr(tables, name) for name in tables.__all__],
)
