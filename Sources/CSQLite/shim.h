// The same libsqlite3 that GRDB links: what GRDB has no call for. sqlite3_db_config is variadic,
// which Swift cannot call.
#ifndef STOWAGE_CSQLITE_H
#define STOWAGE_CSQLITE_H

#include <sqlite3.h>
#include <stdint.h>
#include <sys/vfs.h>

/// The magic number of the file system that a path lies on; 0 where it cannot be examined.
static inline uint32_t stowage_file_system(const char *path) {
  struct statfs found;
  return statfs(path, &found) == 0 ? (uint32_t)found.f_type : 0;
}

/// Settings of the whole library, before its first use: a connection is used by one thread at a
/// time, which the wrapper's queues see to, and needs no lock of its own; and nobody asks how much
/// memory is taken, which costs a lock that all connections share. Returns a result code.
static inline int stowage_sqlite_configure(void) {
  int code = sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
  return code == SQLITE_OK ? sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) : code;
}

/// Switches DEFENSIVE on: SQL can then not damage the file itself. Returns a result code.
static inline int stowage_sqlite_defend(sqlite3 *connection) {
  int is_on = 0;
  int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, &is_on);
  return code == SQLITE_OK && is_on != 1 ? SQLITE_ERROR : code;
}

#endif
