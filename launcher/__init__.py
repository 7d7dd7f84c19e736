"""Starts the portal on one machine: environment, assets, servers and processes.

Everything imported before the virtual environment exists is standard library only.
"""
