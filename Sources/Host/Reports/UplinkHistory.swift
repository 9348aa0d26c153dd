// The journal's memory of the uplinks, as timelines.
import Internet
import Linux
import Presentation
import StateMachines
import Systemd

/// What the journal knows of the kept uplinks.
package struct UplinkHistory {
    private let journal: JournalReader
    /// Those that reach into the window, and the one before, whose end is when the host was turned off.
    private let boots: [JournalBoot]
    private let window: Range<WallTime>
    private let log: Log
    /// The guards' entries by uplink, oldest first.
    private var entries: [InterfaceName: [TimelineEntry]] = [:]
    /// The journal had more entries than were read.
    package let isCut: Bool
    package let storage: JournalReader.Storage

    /// No more entries of the guards are read, nor of each one's ends; a month of a route that is fought over once a
    /// minute has twice as many.
    package static let entryLimit = 50_000

    /// Opens the journal and reads what it has of the window.
    package init(of window: Range<WallTime>, _ log: Log) throws(SystemError) {
        self.window = window
        self.log = log
        journal = try JournalReader()
        storage = journal.storage
        boots = UplinkHistory.boots(try journal.boots(), in: window)
        let matches = [(name: "_UID", value: "0")] + TimelineEntry.events.map { ("KEEP6_EVENT", $0.name) }
        let found = try journal.entries(with: matches, naming: UplinkHistory.fields, limit: UplinkHistory.entryLimit)
        isCut = found.count == UplinkHistory.entryLimit
        for entry in found {
            guard let (uplink, known) = known(entry) else { continue }
            entries[uplink, default: []].append(known)
        }
    }

    /// The uplinks that the journal or /run/keep6 knows, by name.
    package var uplinks: [InterfaceName] {
        Set(entries.keys).union(RunDirectory.uplinks()).sorted { $0.description < $1.description }
    }

    /// The past of one uplink.
    package func timeline(of uplink: InterfaceName) throws(SystemError) -> Timeline {
        let ends = try journal.ends(of: GuardUnit(uplink).name, limit: UplinkHistory.entryLimit)
        let stops = ends.compactMap { end in
            time(of: end).map { TimelineEntry(guardStoppedAt: $0, boot: end.boot) }
        }
        // Stable: what the guard said in the microsecond of its end comes first.
        let all = ((entries[uplink] ?? []) + stops).enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }
        return Timeline(
            of: uplink, entries: all.map(\.element),
            boots: boots.map { TimelineBoot(id: $0.id, from: $0.first, to: $0.last) }, window: window,
            now: state(of: uplink))
    }

    /// Whether the administrator wants no default route through the uplink, so that none is missing.
    package func wantsNoRoute(_ uplink: InterfaceName) -> Bool {
        RunDirectory.kept(uplink, log)?.wish.defaultRoute == .off
    }

    /// How the uplink is, as its guard last wrote it down; nil if none runs.
    private func state(of uplink: InterfaceName) -> Timeline.State? {
        guard GuardLock.isHeld(for: uplink), let memory = RunDirectory.memory(uplink, log) else { return nil }
        if let loss = memory.lastLoss, loss.outage == nil { return .offline }
        if case .gateway? = RunDirectory.kept(uplink, log)?.wish.defaultRoute { return .online }
        return memory.routers.isEmpty ? nil : .online
    }

    private static let fields =
        ["_SYSTEMD_UNIT", "_SYSTEMD_INVOCATION_ID", "KEEP6_UPLINK", "KEEP6_EVENT"] + TimelineEntry.fields

    /// The entry, if it is a guard's about its own uplink: journald itself writes down which unit an entry is from.
    private func known(_ entry: JournalEntry) -> (InterfaceName, TimelineEntry)? {
        guard let name = entry["KEEP6_UPLINK"], let uplink = InterfaceName(name), let event = entry["KEEP6_EVENT"],
            entry["_SYSTEMD_UNIT"] == GuardUnit(uplink).name, let time = time(of: entry),
            let known = TimelineEntry(
                at: time, boot: entry.boot, run: entry["_SYSTEMD_INVOCATION_ID"] ?? "", event: event,
                field: { entry[$0] })
        else { return nil }
        return (uplink, known)
    }

    /// nil for an entry of a boot that is long over.
    private func time(of entry: JournalEntry) -> WallTime? {
        boots.last { $0.id == entry.boot }?.time(of: entry)
    }

    private static func boots(_ all: [JournalBoot], in window: Range<WallTime>) -> [JournalBoot] {
        let first = all.firstIndex { $0.last >= window.lowerBound } ?? all.count
        return Array(all.dropFirst(max(first - 1, 0)))
    }
}
