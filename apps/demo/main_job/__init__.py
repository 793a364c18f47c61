from apps.demo.main_job.client import Refused
from apps.demo.main_job.player import DidNotHold, MainJob, Step

__all__ = ["DidNotHold", "MainJob", "Refused", "Step"]
