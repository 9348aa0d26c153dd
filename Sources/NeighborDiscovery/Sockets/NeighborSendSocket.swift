// The raw ICMPv6 socket that asks for addresses and answers for them, on whichever interface.
import CLinux
import Internet
import Linux

/// A raw ICMPv6 socket that hears nothing (icmp6(7), RFC 3542); it needs CAP_NET_RAW.
package final class NeighborSendSocket {
    private let socket: Descriptor

    package init() throws(SystemError) {
        socket = try openICMPv6Socket(for: "an ICMPv6 socket to speak by")
        try sendAsNeighbor(by: socket)
    }

    /// Asks all neighbors on the interface for the address, from a link-local address of the kernel's choice.
    ///
    /// Throws EADDRNOTAVAIL or ENETUNREACH while the interface is down or has no usable link-local address.
    package func ask(for target: IPv6Address, on interface: Link) throws(SystemError) {
        let question = NeighborSolicitation(target: target, sourceLinkLayerAddress: interface.address)
        try send(question.bytes, to: target.solicitedNode, on: interface, "ask for \(target)")
    }

    /// Tells the asker that the address is reachable through this host. An asker without a link-local address gets an
    /// answer to all neighbors, which it may also accept (RFC 4861 7.2.5).
    package func answer(for target: IPv6Address, to asker: IPv6Address, on interface: Link) throws(SystemError) {
        let answer = NeighborAdvertisement(
            target: target, isSolicited: asker.isLinkLocal, targetLinkLayerAddress: interface.address)
        try send(
            answer.bytes, to: asker.isLinkLocal ? asker : .allNodes, on: interface, "answer \(asker) for \(target)")
    }

    /// An interface as a message needs it.
    package struct Link {
        let name: InterfaceName
        let index: InterfaceIndex
        /// The link-layer address.
        let address: [UInt8]

        package init(name: InterfaceName, index: InterfaceIndex, address: [UInt8]) {
            self.name = name
            self.index = index
            self.address = address
        }
    }

    private func send(
        _ bytes: [UInt8], to destination: IPv6Address, on interface: Link, _ doing: String
    ) throws(SystemError) {
        try NeighborDiscovery.send(
            bytes, to: destination, by: interface.index, on: socket, "\(doing) on '\(interface.name)'")
    }
}
