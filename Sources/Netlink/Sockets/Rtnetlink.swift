// The rtnetlink socket that asks the kernel and waits for its answer.
import CLinux
import Internet
import Linux

/// A bound NETLINK_ROUTE socket.
func openSocket(_ type: Int, for purpose: String) throws(SystemError) -> Descriptor {
    let descriptor = try Descriptor(socket: AF_NETLINK, Int32(type), NETLINK_ROUTE, for: purpose)
    var address = sockaddr_nl()
    address.nl_family = sa_family_t(AF_NETLINK)
    let length = socklen_t(MemoryLayout<sockaddr_nl>.size)
    try check("bind \(purpose)") { keep6_bind(descriptor.raw, &address, length) }
    return descriptor
}

/// The port that the kernel gave the socket.
private func localPort(of socket: borrowing Descriptor) throws(SystemError) -> UInt32 {
    var address = sockaddr_nl()
    var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
    try check("ask for the port of a netlink socket") { keep6_getsockname(socket.raw, &address, &length) }
    return address.nl_pid
}

/// Receives one datagram into the buffer; nil if it did not come from the kernel.
func receive(
    from socket: borrowing Descriptor, into buffer: inout [UInt8], _ doing: String
) throws(SystemError) -> ArraySlice<UInt8>? {
    var sender = sockaddr_nl()
    var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
    let count = try check(doing) {
        keep6_recvfrom(socket.raw, &buffer, buffer.count, Int32(MSG_TRUNC), &sender, &length)
    }
    guard count <= buffer.count else { throw SystemError(code: EMSGSIZE, doing: doing) }
    return sender.nl_pid == 0 ? buffer[..<count] : nil
}

/// Asks the kernel one thing after the other; an answer that takes more than five seconds is an ETIMEDOUT.
package final class Rtnetlink {
    private let socket: Descriptor
    private var sequence: UInt32 = 0
    /// The netlink port that the kernel names in its notifications of what this socket asked for.
    package let port: UInt32
    private var buffer = [UInt8](repeating: 0, count: 32 * 1024)

    package init() throws(SystemError) {
        socket = try openSocket(Int(SOCK_RAW.rawValue), for: "a netlink socket for requests")
        port = try localPort(of: socket)
        let on: Int32 = 1
        let doing = "prepare the netlink socket for requests"
        try socket.set(SOL_NETLINK, NETLINK_EXT_ACK, on, doing)
        try socket.set(SOL_NETLINK, NETLINK_CAP_ACK, on, doing)
        try socket.set(SOL_NETLINK, NETLINK_GET_STRICT_CHK, on, doing)
        try socket.set(SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: 5, tv_usec: 0), doing)
    }

    /// Adds the route; EEXIST if another default route has its metric.
    package func add(_ route: Route) throws(SystemError) {
        _ = try exchange(route.addition(), "add \(route)")
    }

    /// Gives the route, which is there, new lifetimes; ENOENT if it is not there.
    package func renew(_ route: Route) throws(SystemError) {
        _ = try exchange(route.renewal(), "renew \(route)")
    }

    /// Removes exactly this route; ESRCH if it is not there.
    package func remove(_ route: Route) throws(SystemError) {
        _ = try exchange(route.removal(), "remove \(route)")
    }

    /// Adds the address; EEXIST if the interface has it.
    package func add(_ address: Address) throws(SystemError) {
        _ = try exchange(address.addition(), "add the address \(address.value)")
    }

    /// Adds the address, or gives the one that is there these lifetimes; EACCES where the interface has no IPv6.
    package func put(_ address: Address) throws(SystemError) {
        _ = try exchange(address.replacement(), "add the address \(address.value)")
    }

    /// Removes the address; EADDRNOTAVAIL if the interface does not have it.
    package func remove(_ address: Address) throws(SystemError) {
        _ = try exchange(address.removal(), "remove the address \(address.value)")
    }

    /// Adds the address, which is being checked, once more, to be used meanwhile; EADDRNOTAVAIL if it is not there.
    ///
    /// The kernel carries out both halves of the one request before anybody can end this process.
    package func makeOptimistic(_ address: Address) throws(SystemError) {
        var removal = address.removal()
        var addition = address.addedOptimistically().addition()
        let doing = "have the address \(address.value) used while it is checked for duplicates"
        sequence &+= 2
        try transmit(removal.finish(sequence: sequence &- 1) + addition.finish(sequence: sequence), doing)
        let removed = Result { () throws(SystemError) in _ = try answer(to: sequence &- 1, doing) }
        do {
            _ = try answer(to: sequence, doing)
        } catch {
            if case .success = removed { try add(address.addedAgain(withoutDetection: false)) }
            throw error
        }
        // Somebody removed it meanwhile.
        if case .failure(let error) = removed {
            try remove(address)
            throw error
        }
    }

    /// Has the kernel find out whether the neighbor still answers; one that it does not know needs no asking.
    package func probe(_ neighbor: IPv6Address, on interface: InterfaceIndex) throws(SystemError) {
        do { _ = try exchange(Neighbor.probe(neighbor, on: interface), "ask the neighbor \(neighbor)") } catch {
            guard error.code == ENOENT || error.code == EINVAL else { throw error }
        }
    }

    /// The interface of this name, or nil if there is none. The kernel also finds alternative names, which are another's.
    package func link(_ name: InterfaceName) throws(SystemError) -> Link? {
        let doing = "look for the interface '\(name)'"
        do {
            let messages = try exchange(Link.query(name), doing)
            guard let message = messages.first else { return nil }
            let link = try decode(doing) { () throws(Malformed) in try Link.parse(message.payload) }
            return link?.name == name ? link : nil
        } catch {
            if error.code == ENODEV { return nil }
            throw error
        }
    }

    /// All interfaces, in the kernel's order.
    package func links() throws(SystemError) -> [Link] {
        try list(Link.listing(), "list the interfaces") { payload throws(Malformed) in try Link.parse(payload) }
    }

    /// The addresses of the interface, in the kernel's order.
    package func addresses(of interface: InterfaceIndex) throws(SystemError) -> [Address] {
        try list(Address.listing(of: interface), "list the addresses of an interface") { payload throws(Malformed) in
            try Address.parse(payload)
        }
    }

    /// The default routes through the interface, in every table.
    package func defaultRoutes(through interface: InterfaceIndex) throws(SystemError) -> [Route] {
        let doing = "list the default routes"
        var routes: [Route] = []
        for message in try exchange(Route.listing(), doing) {
            routes += try decode(doing) { () throws(Malformed) in try Route.parse(message.payload) }
        }
        return routes.filter { $0.isDefault && $0.interface == interface }
    }

    /// Has a request of another file carried out.
    func request(_ request: MessageWriter, _ doing: @autoclosure () -> String) throws(SystemError) {
        _ = try exchange(request, doing())
    }

    /// What a listing of another file has, read by its reader.
    func list<Value>(
        _ request: MessageWriter, _ doing: String, _ parse: (ArraySlice<UInt8>) throws(Malformed) -> Value?
    ) throws(SystemError) -> [Value] {
        var values: [Value] = []
        for message in try exchange(request, doing) {
            let value = try decode(doing) { () throws(Malformed) in try parse(message.payload) }
            if let value { values.append(value) }
        }
        return values
    }

    func decode<T>(_ doing: String, _ body: () throws(Malformed) -> T) throws(SystemError) -> T {
        do { return try body() } catch {
            throw SystemError(code: EBADMSG, doing: "\(doing), whose answer cannot be read: \(error)")
        }
    }

    /// Sends a request and returns its answer's messages; a listing that changed while it was read is read again.
    func exchange(_ request: MessageWriter, _ doing: @autoclosure () -> String) throws(SystemError)
        -> [Message]
    {
        for _ in 0..<8 {
            if let messages = try attempt(request, doing()) { return messages }
        }
        throw SystemError(code: EBUSY, doing: "\(doing()), which changed while it was read, eight times")
    }

    private func attempt(_ request: MessageWriter, _ doing: @autoclosure () -> String) throws(SystemError)
        -> [Message]?
    {
        var request = request
        sequence &+= 1
        try transmit(request.finish(sequence: sequence), doing())
        return try answer(to: sequence, doing())
    }

    private func transmit(_ bytes: [UInt8], _ doing: @autoclosure () -> String) throws(SystemError) {
        try check(doing()) {
            bytes.withUnsafeBytes { send(socket.raw, $0.baseAddress, $0.count, 0) }
        }
    }

    private func receive(_ doing: @autoclosure () -> String) throws(SystemError) -> [Message] {
        let datagram: ArraySlice<UInt8>?
        do throws(SystemError) {
            datagram = try Netlink.receive(from: socket, into: &buffer, doing())
        } catch {
            guard error.code == EAGAIN else { throw error }
            throw SystemError(code: ETIMEDOUT, doing: "\(doing()), which the kernel did not answer")
        }
        guard let datagram else { return [] }
        return try decode(doing()) { () throws(Malformed) in try Message.parse(datagram) }
    }

    /// The messages up to the end of the answer; nil if a listing was disturbed.
    private func answer(to sequence: UInt32, _ doing: @autoclosure () -> String) throws(SystemError) -> [Message]? {
        var messages: [Message] = []
        var disturbed = false
        while true {
            for message in try receive(doing()) where message.sequence == sequence {
                if message.flags & UInt16(NLM_F_DUMP_INTR) != 0 { disturbed = true }
                switch Int32(message.type) {
                case NLMSG_ERROR, NLMSG_DONE:
                    if let failure = Acknowledgement(message) {
                        throw SystemError(code: failure.code, doing: doing(), explanation: failure.explanation)
                    }
                    return disturbed ? nil : messages
                default:
                    messages.append(message)
                    if message.flags & UInt16(NLM_F_MULTI) == 0 { return messages }
                }
            }
        }
    }
}

/// The failure in an NLMSG_ERROR or NLMSG_DONE; nil if it tells of success.
private struct Acknowledgement {
    let code: Int32
    let explanation: String?

    init?(_ message: Message) {
        var cursor = ByteCursor(message.payload)
        guard let code = try? cursor.native(Int32.self), code != 0 else { return nil }
        self.code = -code
        if Int32(message.type) == NLMSG_ERROR { _ = try? cursor.take(Message.headerLength) }
        let attributes = (try? Attribute.parse(cursor.rest)) ?? []
        let text = attributes.first { $0.type == UInt16(NLMSGERR_ATTR_MSG.rawValue) }
        explanation = text.map { String(decoding: $0.payload.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
