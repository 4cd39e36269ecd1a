"""Storing the rows of a file that somebody confirmed."""

from temporalio import activity

from activities.ports import UploadStore
from models.base import Carried


class UploadToStore(Carried):
    """A confirmed file, by the id under which it was sent."""

    upload: str


class UploadActivities:
    """Rows are stored in order and each once, so it may be done again from the beginning at any point."""

    def __init__(self, *, uploads: UploadStore) -> None:
        self._uploads = uploads

    @activity.defn(name="store_upload")
    def store(self, order: UploadToStore) -> None:
        """Every row of the file, sealed; then the file itself is gone."""
        self._uploads.store(order.upload, progress=lambda rows: activity.heartbeat(rows))
