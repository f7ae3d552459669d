// A disk whose syncs are slow, or fail: a layer over SQLite's own file system, for tests.
#ifndef STOWAGE_SLOW_DISK_H
#define STOWAGE_SLOW_DISK_H

/// Puts the layer in front of the file system that SQLite opens with; once is enough.
/// Returns a result code of SQLite.
int slow_disk_install(void);

/// What happens to files from now on whose path contains `part`: each sync takes so much longer,
/// and after `good` more of them every one fails, as a dying disk does (-1: never).
void slow_disk_set(const char *part, int delay_us, long good);

/// How many syncs such files have seen since then.
long slow_disk_syncs(void);

#endif
