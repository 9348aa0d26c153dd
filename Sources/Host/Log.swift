// What keep6's programs say to their caller and to the journal.
import CLinux
import Internet
import Linux
import Presentation
import Systemd

/// Writes sentences to standard error and to the journal, each once in either.
package struct Log: Sendable {
    private let writesToJournal: Bool
    private let writesToStandardError: Bool

    /// A service's standard error is the journal already; its entries then have their fields only this way.
    package init(_ environment: ProcessEnvironment) {
        writesToJournal = Journal.isThere
        writesToStandardError = !(Journal.isThere && Journal.isStandardError(environment["JOURNAL_STREAM"]))
    }

    /// What is said of one uplink.
    package subscript(uplink: InterfaceName) -> UplinkLog { UplinkLog(log: self, uplink: uplink) }

    /// One sentence; the priority is syslog's number (syslog(3)).
    fileprivate func entry(_ sentence: String, priority: Int, fields: [(name: String, value: String)] = []) {
        if writesToJournal { Journal.send(sentence, priority: priority, fields: fields) }
        if writesToStandardError { Log.write("keep6: \(sentence)\n", to: 2) }
    }

    package func info(_ sentence: String) { entry(sentence, priority: 6) }

    /// Something failed, or is not as it should be.
    package func warning(_ sentence: String) { entry(sentence, priority: 4) }

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

/// The log of one uplink: each sentence begins with its name, and each entry has it as a field.
package struct UplinkLog: Sendable {
    fileprivate let log: Log
    fileprivate let uplink: InterfaceName

    /// Something failed, or is not as it should be.
    package func warning(_ sentence: String) { entry(sentence, priority: 4) }

    /// What a service tells the administrator of its uplink.
    package func report(_ report: some JournalReport) {
        entry(report.sentence(on: uplink), priority: report.priority, fields: report.fields)
    }

    private func entry(_ sentence: String, priority: Int, fields: [(name: String, value: String)] = []) {
        // INTERFACE is networkd's name for it, and the one that the journal's catalog can fill in.
        let names = ["KEEP6_UPLINK", "INTERFACE"].map { (name: $0, value: uplink.description) }
        log.entry("'\(uplink)': \(sentence)", priority: priority, fields: names + fields)
    }
}
