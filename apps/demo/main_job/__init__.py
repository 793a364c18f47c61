from apps.demo.main_job.player import MainJob, Step

__all__ = ["MainJob", "Step"]
