// The parts of libsystemd that keep6 uses.
#ifndef KEEP6_CSYSTEMD_H
#define KEEP6_CSYSTEMD_H

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-messages.h>

/// The MESSAGE_ID= of two of systemd's own entries, macros that Swift cannot import: a unit has stopped, or has failed.
static inline const char *keep6_unit_stopped(void) { return SD_MESSAGE_UNIT_STOPPED_STR; }
static inline const char *keep6_unit_failed(void) { return SD_MESSAGE_UNIT_FAILURE_RESULT_STR; }

#endif
