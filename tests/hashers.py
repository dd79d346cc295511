"""How the tests hash passwords: as production does, only without the effort."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The weakest that the algorithm allows: accounts are made by the hundred, and die at once."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
