from apps.demo.main_job.client import NoAnswer, Refused
from apps.demo.main_job.player import DidNotHold, MainJob, Step

__all__ = ["DidNotHold", "MainJob", "NoAnswer", "Refused", "Step"]
