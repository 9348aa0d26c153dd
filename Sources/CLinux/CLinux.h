// The kernel's and libc's headers that keep6 needs, and the macros and variadic calls Swift cannot import.
#ifndef KEEP6_CLINUX_H
#define KEEP6_CLINUX_H

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/ipv6_route.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wordexp.h>

/// The calling thread's errno, a macro that Swift cannot import.
static inline int keep6_errno(void) { return errno; }

/// The process's environment (environ(7)), a global that Swift's concurrency checks refuse.
static inline char **keep6_environment(void) { return __environ; }

/// open(2), whose third argument Swift cannot pass.
static inline int keep6_open(const char *path, int flags, mode_t mode) {
    return open(path, flags | O_CLOEXEC, mode);
}

/// Open file description locks (fcntl_locking(2)), which fcntl(2) takes as its third argument.
static inline int keep6_lock(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_OFD_SETLK, &lock);
}
/// 1 if another open file description holds the lock, 0 if none does, -1 with errno.
static inline int keep6_is_locked(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_OFD_GETLK, &lock) < 0 ? -1 : lock.l_type != F_UNLCK;
}

static inline void keep6_interrupt(int signal) { (void)signal; }
/// Waits for the lock, at most so many seconds: ETIMEDOUT then. fcntl(2) has no limit of its own, so SIGALRM ends it.
static inline int keep6_wait_for_lock(int descriptor, unsigned seconds) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct sigaction interrupt = {.sa_handler = keep6_interrupt}, before;
    sigaction(SIGALRM, &interrupt, &before);
    alarm(seconds);
    int result = fcntl(descriptor, F_OFD_SETLKW, &lock);
    int error = errno;
    alarm(0);
    sigaction(SIGALRM, &before, 0);
    errno = error == EINTR ? ETIMEDOUT : error;
    return result;
}

/// bind(2), getsockname(2) and recvfrom(2), whose address arguments are unions that Swift cannot pass.
static inline int keep6_bind(int socket, const void *address, socklen_t length) { return bind(socket, address, length); }
static inline int keep6_getsockname(int socket, void *address, socklen_t *length) {
    return getsockname(socket, address, length);
}
static inline ssize_t keep6_recvfrom(int socket, void *buffer, size_t size, int flags, void *address, socklen_t *length) {
    return recvfrom(socket, buffer, size, flags, address, length);
}

/// The control message macros of cmsg(3).
static inline struct cmsghdr *keep6_cmsg_first(struct msghdr *message) { return CMSG_FIRSTHDR(message); }
static inline struct cmsghdr *keep6_cmsg_next(struct msghdr *message, struct cmsghdr *item) {
    return CMSG_NXTHDR(message, item);
}
static inline void *keep6_cmsg_data(struct cmsghdr *item) { return CMSG_DATA(item); }

/// What a child's wait status says (wait(2)).
static inline int keep6_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// pidfd_open(2), which is variadic in libc's terms: syscall(2).
static inline int keep6_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/// Takes a capability from whatever this process executes from now on, while it keeps it itself: of root's, those in the
/// bounding and those in the inheritable set survive an execve (capabilities(7)).
static inline int keep6_deny_to_children(int capability) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 || syscall(SYS_capget, &header, sets) < 0) return -1;
    sets[CAP_TO_INDEX(capability)].inheritable &= ~CAP_TO_MASK(capability);
    return (int)syscall(SYS_capset, &header, sets);
}

/// Has a memfd keep its size (F_ADD_SEALS in fcntl(2)).
static inline int keep6_seal_size(int file) {
    return fcntl(file, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
}

/// An ICMP6_FILTER that lets nothing through, and one message type more (RFC 3542 3.2).
static inline struct icmp6_filter keep6_icmp6_block_all(void) {
    struct icmp6_filter filter;
    ICMP6_FILTER_SETBLOCKALL(&filter);
    return filter;
}
static inline void keep6_icmp6_pass(struct icmp6_filter *filter, unsigned char type) {
    ICMP6_FILTER_SETPASS(type, filter);
}

#endif
