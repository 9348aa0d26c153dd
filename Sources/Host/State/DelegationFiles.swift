// What is stored of an uplink's delegation: for as long as the host runs in /run/keep6, for good in /var/lib/keep6.
import Internet
import Linux
import StateMachines

/// The files of keep6-delegation@IFACE.service.
package enum DelegationFiles {
    /// Where the client's identity is kept, and dhcpcd's leases, which it sees as /var/lib/dhcpcd.
    private static let stateDirectory = "/var/lib/keep6/delegation"

    private static func memoryPath(_ uplink: InterfaceName) -> String { "\(RunDirectory.path)/\(uplink).delegated" }
    private static func identityPath(_ uplink: InterfaceName) -> String { "\(stateDirectory)/\(uplink).client" }

    /// dhcpcd.conf(5) for it alone.
    package static func configurationPath(_ uplink: InterfaceName) -> String { "\(RunDirectory.path)/\(uplink).dhcpcd" }

    /// The prefixes that there are routes of; nil if no prefix was ever asked for, an empty one if the file is torn.
    package static func memory(_ uplink: InterfaceName, _ log: Log) -> DelegationMemory? {
        log[uplink].read(
            memoryPath(uplink), orElse: "keep6 ignores it and will write it again", empty: DelegationMemory()
        ) { text throws(Malformed) in try DelegationMemory(text: text) }
    }

    package static func remember(_ memory: DelegationMemory, of uplink: InterfaceName) throws(SystemError) {
        try StateFile.makeDirectory(RunDirectory.path)
        try StateFile.replace(memoryPath(uplink), with: memory.text)
    }

    /// Removes what lives as long as the host runs.
    package static func forget(_ uplink: InterfaceName) throws(SystemError) {
        for path in [memoryPath(uplink), configurationPath(uplink)] { try StateFile.remove(path) }
    }

    /// The client's identity: the stored one, or a first one that is stored now. A lease of another DUID is thrown away,
    /// for it is not this client's.
    package static func identity(of uplink: InterfaceName, _ first: DelegationIdentity, _ log: Log)
        throws(SystemError) -> DelegationIdentity
    {
        let path = identityPath(uplink)
        var identity = first
        if let text = try StateFile.read(path) {
            do { identity = try DelegationIdentity(text: text) } catch {
                log[uplink].warning(
                    "\(path) cannot be read (\(error)); keep6 writes it again.")
            }
            if identity == first || identity.duid == first.duid { return identity }
            identity.duid = first.duid
            try StateFile.remove("\(stateDirectory)/\(uplink).lease6")
        }
        try StateFile.replace(path, with: Array(identity.text.utf8), mode: 0o600)
        try StateFile.syncDirectory(stateDirectory)
        return identity
    }
}
