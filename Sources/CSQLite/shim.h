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

/// Switches DEFENSIVE on: SQL can then not damage the file itself. Returns a result code.
static inline int stowage_sqlite_defend(sqlite3 *connection) {
  int is_on = 0;
  int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, &is_on);
  return code == SQLITE_OK && is_on != 1 ? SQLITE_ERROR : code;
}

#endif
