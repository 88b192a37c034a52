"""Raw articles as `enrich` and `produce` read them, from whatever a person has.

files.py           files, folders, standard input, gzip or not: one after another
formats.py         what kind of file it is
readers.py         one reader per format
archives.py        the reader of web archives
charsets.py        bytes of a page to text
readings.py        what a reader finds
reading_ahead.py   a thread that reads while others work
"""
