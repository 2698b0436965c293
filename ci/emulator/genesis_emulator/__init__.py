"""The AWS emulator: moto in one process with what it lacks for this organization. README.md of the folder above says what it does."""
