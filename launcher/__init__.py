"""What stands behind `./guild`: environment, servers and processes of one running marketplace.

Runs on the standard library alone until the virtual environment exists; afterwards `rich` draws the progress.
"""
