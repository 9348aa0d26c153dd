// keep6 timeline: the kept uplinks in the last days, from the journal.
import CLinux
import Configuration
import Host
import Internet
import Linux
import Presentation
import Text

/// Draws the last days of one uplink or of all; returns 0, 1 if the journal may be incomplete, 2 if there is nothing to
/// draw.
func timeline(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    guard let options = TimelineOptions(arguments) else {
        return misused("timeline takes the name of one interface, --days with 1 to 90, and --json or --svg")
    }
    let now = WallTime.now
    let midnights = LocalTime.midnights(of: options.days, until: now)
    guard let first = midnights.first, first < now else { return failed("the clock of this host is not set") }
    do {
        let history = try UplinkHistory(of: first..<now, Log(environment))
        guard history.storage != .none else {
            return failed(
                geteuid() == 0
                    ? "there is no journal; check whether systemd-journald is running, and whether Storage= in"
                        + " /etc/systemd/journald.conf allows it to store anything"
                    : "this user may not read the journal; run timeline as root, or as a member of the group"
                        + " systemd-journal")
        }
        let uplinks = options.uplink.map { [$0] } ?? history.uplinks.filter { !history.wantsNoRoute($0) }
        if let complaint = complaint(about: options, uplinks, history) { return failed(complaint) }
        let timelines = try uplinks.map { try history.timeline(of: $0) }
        Log.write(options.text(of: timelines, between: midnights, environment), to: 1)
        return warn(history)
    } catch {
        return failed("\(error); keep6 cannot draw the journal. 'journalctl --verify' says whether it is damaged")
    }
}

private func failed(_ sentence: String) -> Int32 {
    Log.write("keep6: \(sentence)\n", to: 2)
    return 2
}

/// Why there is nothing to draw, or nil if there is something.
private func complaint(
    about options: TimelineOptions, _ uplinks: [InterfaceName], _ history: UplinkHistory
) -> String? {
    guard let uplink = options.uplink else {
        return uplinks.isEmpty
            ? "keep6 keeps no uplink, and the journal knows of none in the past; see 'keep6 check'" : nil
    }
    guard history.uplinks.contains(uplink) else {
        return "keep6 does not keep '\(uplink)', and the journal has nothing about it in these days; see 'keep6 status'"
    }
    guard !history.wantsNoRoute(uplink) else {
        return
            "'\(uplink)' is configured without a default route (keep6-default-route off, or DefaultRoute=off), so there"
            + " is nothing to draw"
    }
    return nil
}

/// Prints what the picture cannot show; returns the exit code for it.
private func warn(_ history: UplinkHistory) -> Int32 {
    if history.isCut {
        Log.write(
            "keep6: drew only the newest \(UplinkHistory.entryLimit) entries of the journal; use fewer --days\n",
            to: 2)
    }
    guard history.storage == .volatile else { return history.isCut ? 1 : 0 }
    Log.write(
        "keep6: the journal is only in memory, so it has nothing from before this boot; run 'mkdir -p"
            + " /var/log/journal' and 'systemctl restart systemd-journald' to store it on disk (journald.conf(5))\n",
        to: 2)
    return 1
}

private struct TimelineOptions {
    enum Form { case text, json, svg }

    private(set) var uplink: InterfaceName?
    private(set) var days = 7
    private(set) var form = Form.text

    /// nil for wrong usage.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        var hasDays = false
        while let word = rest.popFirst() {
            switch word {
            case "--json" where form == .text: form = .json
            case "--svg" where form == .text: form = .svg
            case "--days" where !hasDays:
                guard let days = rest.popFirst().flatMap({ Int($0) }), (1...90).contains(days) else { return nil }
                self.days = days
                hasDays = true
            default:
                guard uplink == nil, !word.hasPrefix("-"), let name = InterfaceName(word) else { return nil }
                uplink = name
            }
        }
    }

    func text(of timelines: [Timeline], between midnights: [WallTime], _ environment: ProcessEnvironment) -> String {
        let days = Timeline.days(between: midnights)
        switch form {
        case .json: return JSON.array(timelines.map(\.json)).description + "\n"
        case .svg: return TimelineSVG.text(of: timelines, days: days, stamp: LocalTime.stamp)
        case .text:
            let isColored = wantsColor(environment)
            let screens = timelines.map { $0.screen(days: days, isColored: isColored, stamp: LocalTime.stamp) }
            return (screens + [Timeline.legend]).joined(separator: "\n")
        }
    }
}
