// A route of keep6's own by which the host takes an address for its own (ip-route(8), `local`).
import CLinux
import Internet
import Linux

/// A second local route to an address, on the loopback interface, behind the kernel's own, which goes with the address.
enum LocalRoute {
    static func addition(to address: IPv6Address) -> MessageWriter {
        request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, address)
    }

    static func removal(to address: IPv6Address) -> MessageWriter { request(RTM_DELROUTE, 0, address) }

    private static func request(_ type: Int, _ flags: Int32, _ address: IPv6Address) -> MessageWriter {
        // LOOPBACK_IFINDEX (include/net/flow.h): no manager of links sees to its routes.
        let loopback = InterfaceIndex(rawValue: 1)
        return SpecificRoute.request(
            type, flags, to: address, through: loopback, type: RTN_LOCAL, table: RT_TABLE_LOCAL)
    }
}

extension Rtnetlink {
    /// Has the host take the address for its own, also while no interface has it; if it does already, that is as good.
    package func hold(_ address: IPv6Address) throws(SystemError) {
        do { _ = try exchange(LocalRoute.addition(to: address), "add a local route to \(address)") } catch {
            guard error.code == EEXIST else { throw error }
        }
    }

    /// Ends that; if it has ended already, that is as good.
    package func release(_ address: IPv6Address) throws(SystemError) {
        do { _ = try exchange(LocalRoute.removal(to: address), "remove the local route to \(address)") } catch {
            guard error.code == ESRCH else { throw error }
        }
    }
}
