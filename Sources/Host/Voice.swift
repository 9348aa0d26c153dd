// What keep6's programs say to their caller and to the journal.
import CLinux
import Internet
import Linux
import Presentation
import Systemd

/// Says sentences on standard error and in the journal, each once in either.
package struct Voice: Sendable {
    private let speaksToJournal: Bool
    private let speaksToStandardError: Bool

    /// A service's standard error is the journal already; its entries then have their fields only this way.
    package init(_ environment: ProcessEnvironment) {
        speaksToJournal = Journal.isThere
        speaksToStandardError = !(Journal.isThere && Journal.isStandardError(environment["JOURNAL_STREAM"]))
    }

    /// One sentence; the priority is syslog's number (syslog(3)).
    package func say(
        _ sentence: String, priority: Int, uplink: InterfaceName? = nil, fields: [(name: String, value: String)] = []
    ) {
        if speaksToJournal {
            // INTERFACE is networkd's name for it, and the one that the journal's catalog can fill in.
            let names = uplink == nil ? [] : ["KEEP6_UPLINK", "INTERFACE"]
            let uplinkFields = names.map { (name: $0, value: uplink?.description ?? "") }
            Journal.send(sentence, priority: priority, fields: uplinkFields + fields)
        }
        if speaksToStandardError { Voice.write("keep6: \(sentence)\n", to: 2) }
    }

    /// What a service tells the administrator of its uplink.
    package func report(_ report: some JournalReport, on uplink: InterfaceName) {
        say(report.sentence(on: uplink), priority: report.priority, uplink: uplink, fields: report.fields)
    }

    /// Something failed, or is not as it should be.
    package func complain(_ sentence: String, uplink: InterfaceName? = nil) {
        say(sentence, priority: 4, uplink: uplink)
    }

    /// Writes text to a descriptor; a reader that went away is not an error.
    package static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { CLinux.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
