// See slow_disk.h. Also built as an object of its own and put in front of a whole program with
// LD_PRELOAD (Benchmarks/slow_disk.py): the layer then installs itself when it is loaded, and
// STOWAGE_SLOW_DISK_US says how much longer each sync takes.
#include "slow_disk.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3_vfs *real;
static sqlite3_vfs layer;
static char matched[512];
static atomic_int delay_us;
static atomic_long good_left = -1;
static atomic_long syncs;

// A file of ours; the real one lies right behind it.
struct slow_file {
  sqlite3_file base;
  int is_matched;
};

static sqlite3_file *under(sqlite3_file *file) {
  return (sqlite3_file *)((struct slow_file *)file + 1);
}

static int slow_sync(sqlite3_file *file, int flags) {
  if (((struct slow_file *)file)->is_matched) {
    atomic_fetch_add(&syncs, 1);
    long wait = atomic_load(&delay_us);
    struct timespec time = {wait / 1000000, wait % 1000000 * 1000};
    if (wait > 0) nanosleep(&time, NULL);
    long left = atomic_load(&good_left);
    while (left > 0 && !atomic_compare_exchange_weak(&good_left, &left, left - 1)) continue;
    if (left == 0) return SQLITE_IOERR_FSYNC;
  }
  return under(file)->pMethods->xSync(under(file), flags);
}

#define UNDER(call, ...) under(file)->pMethods->call(under(file), ##__VA_ARGS__)

static int slow_close(sqlite3_file *file) { return UNDER(xClose); }
static int slow_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at) {
  return UNDER(xRead, to, n, at);
}
static int slow_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at) {
  return UNDER(xWrite, from, n, at);
}
static int slow_truncate(sqlite3_file *file, sqlite3_int64 size) {
  return UNDER(xTruncate, size);
}
static int slow_size(sqlite3_file *file, sqlite3_int64 *size) { return UNDER(xFileSize, size); }
static int slow_lock(sqlite3_file *file, int kind) { return UNDER(xLock, kind); }
static int slow_unlock(sqlite3_file *file, int kind) { return UNDER(xUnlock, kind); }
static int slow_reserved(sqlite3_file *file, int *out) {
  return UNDER(xCheckReservedLock, out);
}
static int slow_control(sqlite3_file *file, int what, void *with) {
  return UNDER(xFileControl, what, with);
}
static int slow_sector(sqlite3_file *file) { return UNDER(xSectorSize); }
static int slow_traits(sqlite3_file *file) { return UNDER(xDeviceCharacteristics); }
static int slow_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
  return UNDER(xShmMap, page, size, extend, out);
}
static int slow_shm_lock(sqlite3_file *file, int at, int n, int flags) {
  return UNDER(xShmLock, at, n, flags);
}
static void slow_shm_barrier(sqlite3_file *file) { UNDER(xShmBarrier); }
static int slow_shm_unmap(sqlite3_file *file, int remove) { return UNDER(xShmUnmap, remove); }

// Version 2: shared memory, and no mapped reads (`mmap_size` is 0 here anyway).
static const sqlite3_io_methods methods = {
    2,           slow_close,   slow_read,    slow_write,    slow_truncate, slow_sync,
    slow_size,   slow_lock,    slow_unlock,  slow_reserved, slow_control,  slow_sector,
    slow_traits, slow_shm_map, slow_shm_lock, slow_shm_barrier, slow_shm_unmap};

static int slow_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
  (void)vfs;
  struct slow_file *slow = (struct slow_file *)file;
  slow->base.pMethods = NULL;
  slow->is_matched = path != NULL && strstr(path, matched) != NULL;
  int code = real->xOpen(real, path, under(file), flags, out);
  // Where nothing was opened, nothing must be closed.
  if (under(file)->pMethods != NULL) slow->base.pMethods = &methods;
  return code;
}

int slow_disk_install(void) {
  static atomic_flag is_installed = ATOMIC_FLAG_INIT;
  if (atomic_flag_test_and_set(&is_installed)) return SQLITE_OK;
  real = sqlite3_vfs_find(NULL);
  if (real == NULL) return SQLITE_ERROR;
  // The other calls find what they need in the copy as they did in the original.
  layer = *real;
  layer.zName = "slow-disk";
  layer.szOsFile = (int)sizeof(struct slow_file) + real->szOsFile;
  layer.xOpen = slow_open;
  return sqlite3_vfs_register(&layer, 1);
}

void slow_disk_set(const char *part, int delay, long good) {
  strncpy(matched, part, sizeof matched - 1);
  atomic_store(&delay_us, delay);
  atomic_store(&good_left, good);
  atomic_store(&syncs, 0);
}

long slow_disk_syncs(void) { return atomic_load(&syncs); }

#ifdef SLOW_DISK_PRELOADED
__attribute__((constructor)) static void slow_disk_load(void) {
  const char *delay = getenv("STOWAGE_SLOW_DISK_US");
  if (delay == NULL) return;
  // What the program would set itself, were the library not in use by now.
  sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  slow_disk_set("", atoi(delay), -1);
  slow_disk_install();
}
#endif
