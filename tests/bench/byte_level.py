"""The alphabet of byte-level tokenizers (GPT-2, 2019): one printable character for each byte."""


def byte_of_character():
    """The byte of each character: printable Latin-1 stands for itself, the others for 256 and on, in order."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in keep]
    return {chr(b): b for b in keep} | {chr(256 + n): b for n, b in enumerate(others)}
