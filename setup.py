"""The packages of the wheel: every room of bbwnet, and the folders of data mapped into it; all else is in setup.cfg."""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["bbwnet", "bbwnet.*"]), "bbwnet.networks", "bbwnet.scenarios"])
