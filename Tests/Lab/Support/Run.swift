import Foundation

/// One run of the lab. Everything it makes carries its name, so that whatever ends it, all of it can be found and swept.
final class Run: @unchecked Sendable {
    static let current = Result { try Run() }
    private static let place = "/run/keep6-lab"

    let name = "keep6-lab-\(getpid())"
    let directory: String
    private let lock = NSLock()
    private var count = 0
    private var isOver = false
    private var signals: [any DispatchSourceSignal] = []

    private init() throws {
        guard geteuid() == 0 else {
            throw LabFailure(description: "the lab boots hosts in network namespaces: run it as root")
        }
        directory = "\(Self.place)/\(name)"
        try FileManager.default.createDirectory(atPath: Self.place, withIntermediateDirectories: true)
        let others = try Self.hold("\(Self.place)/lock", waiting: true)
        defer { close(others) }
        try Self.sweepTheDead()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        _ = try Self.hold("\(directory)/lock", waiting: true)
        try keepDescriptorsToItself()
        sweepAtTheEnd()
    }

    /// A number that no one else in this run has.
    func number() -> Int {
        lock.withLock {
            count += 1
            return count
        }
    }

    /// Whoever started the tests waits for the end of pipes that a booted host must not hold.
    private func keepDescriptorsToItself() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            if let descriptor = Int32(name), descriptor > 2 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        }
    }

    /// Throws when the run is being swept up: whatever is begun now would be left behind.
    func requireGoingOn() throws {
        if lock.withLock({ isOver }) { throw LabFailure(description: "the run is over") }
    }

    private func end() {
        lock.withLock { isOver = true }
        Self.sweep(name)
    }

    private func sweepAtTheEnd() {
        atexit { try? Run.current.get().end() }
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                try? Run.current.get().end()
                _exit(128 + number)
            }
            source.resume()
            signals.append(source)
        }
    }

    /// A living run holds its lock; the rest were killed and left everything behind.
    private static func sweepTheDead() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: place) where name != "lock" {
            guard let lock = try? hold("\(place)/\(name)/lock", waiting: false) else { continue }
            sweep(name)
            close(lock)
        }
    }

    private static func hold(_ path: String, waiting: Bool) throws -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0, flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw LabFailure(description: "lock '\(path)': \(reason)")
        }
        return descriptor
    }

    private static func sweep(_ name: String) {
        let namespaces = NamedNamespace.all(prefix: "\(name)-")
        for namespace in namespaces { namespace.killProcesses() }
        Mount.detachAll(below: "\(place)/\(name)/")
        for namespace in namespaces { namespace.remove() }
        ControlGroup.removeAll(prefix: "\(name)-")
        let propagation = "/run/systemd/nspawn/propagate"
        let left = (try? FileManager.default.contentsOfDirectory(atPath: propagation)) ?? []
        for host in left where host.hasPrefix("\(name)-") { rmdir("\(propagation)/\(host)") }
        try? FileManager.default.removeItem(atPath: "\(place)/\(name)")
    }
}
