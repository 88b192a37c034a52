"""State: the tables of the stages that remember, kept in changelog topics, one log for each partition of what they read.

    stores.py       the rows of one partition: in memory, or in RocksDB
    tables.py       rows as tables, with changes that can be undone or taken
    changelog.py    rows as they stand in a topic: one atomic batch of records at a time
    partition.py    one partition's life: read to the end, made ours, changed, lost to another
    keeper.py       the partitions of one stage that the group gave us

Why not Faust's own tables: they send each changed row by itself and do not wait. A worker that is killed leaves some rows of
a record and not others, and the record is counted twice or not at all when it comes again. Here the rows that a few
records changed are one batch of one producer, which a broker appends whole or not at all, and no record is acked before.

Two workers may both believe that a partition is theirs: one stood still while the group gave it away. Every row
carries the epoch of its writer, which each new owner raises with its first record. Rows of an epoch that was over are passed
over by all who read; and whoever finds rows of a higher epoch than its own where it wanted to write ends itself.
"""
