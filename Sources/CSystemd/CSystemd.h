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

#endif
