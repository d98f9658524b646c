"""Piccolo's description of moderation."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.moderation import tables

APP_CONFIG = AppConfig(
    app_name="moderation",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=[getattr(tables, name) for name in tables.__all__],
    migration_dependencies=["backend.core.piccolo_app"],
)
