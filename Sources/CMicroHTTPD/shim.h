// GNU libmicrohttpd: what Swift cannot import (variadic functions) is wrapped here.
#pragma once
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>

// Where the daemon's own messages go: its logger takes a va_list, ours a finished line.
struct stowage_mhd_log {
  void (*write)(void *context, const char *message);
  void *context;
};

static inline void stowage_mhd_log_line(void *cls, const char *format, va_list arguments) {
  const struct stowage_mhd_log *log = (const struct stowage_mhd_log *)cls;
  char line[512];
  vsnprintf(line, sizeof line, format, arguments);
  log->write(log->context, line);
}

// MHD_start_daemon is variadic. The logger must be the first option, or early faults go to stderr;
// `log` has to live as long as the daemon. `options` ends with MHD_OPTION_END.
static inline struct MHD_Daemon *stowage_mhd_start(
    unsigned int flags, MHD_AccessHandlerCallback handler, void *context,
    struct stowage_mhd_log *log, struct MHD_OptionItem *options) {
  return MHD_start_daemon(
      flags, 0, NULL, NULL, handler, context,
      MHD_OPTION_EXTERNAL_LOGGER, stowage_mhd_log_line, log,
      MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

// The pointer that the connection callback stored, by variadic MHD_get_connection_info.
static inline void *stowage_mhd_socket_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == NULL ? NULL : info->socket_context;
}

// The socket of a connection, or -1.
static inline int stowage_mhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

// The gnutls_session_t of a connection, NULL where it is not TLS.
static inline void *stowage_mhd_tls_session(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  return info == NULL ? NULL : info->tls_session;
}

// How many bytes the request's head has, from its method to its empty line; 0 where unknown.
static inline size_t stowage_mhd_head_bytes(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info == NULL ? 0 : info->header_size;
}

// The inactivity limit of one connection in seconds, 0 for none.
static inline enum MHD_Result stowage_mhd_set_idle_s(
    struct MHD_Connection *connection, unsigned int seconds) {
  return MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

// An eventfd, which is not in Swift's Glibc module: closed on exec, never blocking.
#include <sys/eventfd.h>
static inline int stowage_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// poll(2): the other side has shut its writing half. GNU only, hence missing in that module too.
static const short stowage_poll_rdhup = 0x2000;

// SO_PEERCRED's structure is GNU only as well; false where the kernel does not tell.
#include <stdbool.h>
#include <sys/socket.h>
static inline bool stowage_peer_credentials(int fd, int *pid, unsigned *uid, unsigned *gid) {
  struct { int pid; unsigned uid, gid; } found = {0, ~0u, ~0u};
  socklen_t size = sizeof found;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &found, &size) != 0) return false;
  *pid = found.pid, *uid = found.uid, *gid = found.gid;
  return true;
}

// A joinable thread with all signals blocked, which belong to the main thread; 0 or an errno.
#include <pthread.h>
#include <signal.h>
static inline int stowage_thread_start(
    unsigned long *thread, size_t stackBytes, void *(*body)(void *context), void *context) {
  sigset_t all, before;
  pthread_attr_t attributes;
  pthread_t made;
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stackBytes);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int code = pthread_create(&made, &attributes, body, context);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (code == 0) *thread = (unsigned long)made;
  return code;
}
