"""How files of the evidence page are taken in: in memory only, each up to a limit."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_FILE = 10 * 1024**2
LARGEST_REQUEST = 30 * 1024**2
# What the form around the files may take besides.
FORM_ITSELF = 64 * 1024


class Bounded(FileUploadHandler):
    """Keeps a file in memory and never on disk; of one too large it keeps the size alone."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing."""
        super().new_file(*args, **kwargs)
        self.received = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a piece, until there is too much of it."""
        if start + len(raw_data) <= LARGEST_FILE:
            self.received.write(raw_data)
        else:
            self.received = io.BytesIO()

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """The file; its `size` is what came, also when nothing of it was kept."""
        self.received.seek(0)
        return InMemoryUploadedFile(
            file=self.received,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
