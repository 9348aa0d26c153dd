// Network namespaces that a test makes, uses and leaves nothing of.
import CLinux
import Glibc
import Internet
import Linux
import Synchronization

/// What went wrong in a fixture, in a sentence.
struct FixtureError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A named network namespace (ip-netns(8)) with `lo` up, removed with this object.
final class NetworkNamespace: Sendable {
    let name: String

    private static let made = Atomic<Int>(0)

    init() throws {
        name = "keep6-\(getpid())-\(Self.made.add(1, ordering: .relaxed).newValue)"
        try runProgram("/usr/sbin/ip", ["netns", "add", name])
        try sh("ip link set lo up")
    }

    deinit { try? runProgram("/usr/sbin/ip", ["netns", "delete", name]) }

    /// Runs the body on a thread of its own inside the namespace, and returns or throws what it does.
    ///
    /// setns(2) moves one thread only; that thread ends with the body, so no other work ever runs in it.
    /// A socket that the body opens stays the namespace's, wherever it is used afterwards.
    func run<Value>(_ body: () throws -> Value) throws -> Value {
        var outcome: Result<Value, any Error>?
        try onNewThread {
            outcome = Result {
                let path = "/run/netns/\(name)"
                let namespace = try Descriptor(opening: path, O_RDONLY)
                try check("enter \(path)") { setns(namespace.raw, CLONE_NEWNET) }
                return try body()
            }
        }
        return try outcome!.get()
    }

    /// Runs a shell command inside the namespace; throws unless it succeeds.
    func sh(_ command: String) throws {
        try run { try runProgram("/bin/sh", ["-ec", command]) }
    }

    /// Makes a veth pair to another namespace, both ends up and with fixed link-layer addresses.
    ///
    /// This end is `02:00:00:00:00:02` (`fe80::ff:fe00:2`), the other one `02:00:00:00:00:01` (`fe80::ff:fe00:1`).
    /// Returns when both link-local addresses can be used; duplicate address detection is off.
    func connect(_ interface: String, to other: NetworkNamespace, _ otherInterface: String, mtu: Int = 1500) throws {
        try sh(
            """
            ip link add \(interface) mtu \(mtu) address 02:00:00:00:00:02 type veth \
            peer name \(otherInterface) mtu \(mtu) address 02:00:00:00:00:01 netns \(other.name)
            """)
        let ends = [(self, interface), (other, otherInterface)]
        let watches = try ends.map { try LinkLocalWatch(in: $0.0, $0.1) }
        for (namespace, interface) in ends {
            try namespace.sh("echo 0 >/proc/sys/net/ipv6/conf/\(interface)/accept_dad; ip link set \(interface) up")
        }
        for watch in watches { try watch.wait() }
    }
}

/// A program that runs inside a namespace until it is ended, at the latest with this object.
final class BackgroundProgram {
    private let program: String
    private var pid: pid_t?

    /// Starts the program, given by its absolute path, with an empty environment.
    init(_ program: String, _ arguments: [String], in namespace: NetworkNamespace) throws {
        self.program = program
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in argv { free(pointer) } }
        pid = try namespace.run {
            var pid: pid_t = 0
            let code = posix_spawn(&pid, program, nil, nil, &argv, &environment)
            guard code == 0 else { throw SystemError(code: code, doing: "start \(program)") }
            return pid
        }
    }

    /// Sends SIGTERM and waits for the end.
    func end() throws {
        guard let pid else { return }
        self.pid = nil
        try check("end \(program)") { kill(pid, SIGTERM) }
        try check("wait for \(program)") { waitpid(pid, nil, 0) }
    }

    deinit { try? end() }
}

/// Waits until something can be read from the descriptor; throws when nothing came in 10 seconds.
func waitUntilReadable(_ descriptor: Int32, for what: String) throws {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard try check("wait for \(what)", { poll(&watched, 1, 10_000) }) == 1 else {
        throw FixtureError("\(what) did not come in 10 seconds")
    }
}

/// A watch, begun before the interface is up, for its link-local address.
private final class LinkLocalWatch {
    private let socket: Descriptor
    private let interface: String
    private let index: UInt32

    init(in namespace: NetworkNamespace, _ interface: String) throws {
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups = UInt32(RTMGRP_IPV6_IFADDR)
        let raw = try namespace.run {
            try check("open a netlink socket") { CLinux.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), NETLINK_ROUTE) }
        }
        socket = Descriptor(owning: raw)
        self.interface = interface
        index = try namespace.run { if_nametoindex(interface) }
        try check("bind a netlink socket") {
            withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(raw, .init(__sockaddr__: $0), socklen_t(MemoryLayout<sockaddr_nl>.size))
                }
            }
        }
    }

    /// Reads one notification after the other until the address is there and not tentative.
    func wait() throws {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            try waitUntilReadable(socket.raw, for: "the link-local address of '\(interface)'")
            try check("read from a netlink socket") { recv(socket.raw, &buffer, buffer.count, 0) }
            let (header, address) = buffer.withUnsafeBytes {
                ($0.load(as: nlmsghdr.self), $0.load(fromByteOffset: MemoryLayout<nlmsghdr>.size, as: ifaddrmsg.self))
            }
            if header.nlmsg_type == UInt16(RTM_NEWADDR), address.ifa_index == index,
                address.ifa_scope == UInt8(RT_SCOPE_LINK.rawValue), Int32(address.ifa_flags) & IFA_F_TENTATIVE == 0
            {
                return
            }
        }
    }
}

/// Runs a program to its end; throws unless it succeeds.
private func runProgram(_ program: String, _ arguments: [String]) throws {
    let code = try Child.run(program, arguments)
    guard code == 0 else {
        throw FixtureError("\(program) \(arguments.joined(separator: " ")): exit code \(code)")
    }
}

/// The body of a thread, as the one pointer that pthread_create(3) hands on.
private final class ThreadBody {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

/// Runs the body on a thread of its own and waits for its end, which is why the body may touch the caller's state.
private func onNewThread(_ body: () -> Void) throws {
    try withoutActuallyEscaping(body) { body in
        let threadBody = ThreadBody(body)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                Unmanaged<ThreadBody>.fromOpaque(pointer!).takeUnretainedValue().run()
                return nil
            }, Unmanaged.passUnretained(threadBody).toOpaque())
        guard code == 0 else { throw SystemError(code: code, doing: "start a thread") }
        pthread_join(thread, nil)
        withExtendedLifetime(threadBody) {}
    }
}
