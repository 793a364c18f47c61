from apps.demo.operations.seed import is_seeded, people_to_show, seed

__all__ = ["is_seeded", "people_to_show", "seed"]
