// The name of a systemd unit.

/// The name of a systemd unit, checked against systemd.unit(5): at most 255 characters, with a suffix systemd knows.
package struct UnitName: Hashable, Sendable, LosslessStringConvertible {
    package let description: String

    package init?(_ text: String) {
        let suffixes = [
            ".service", ".socket", ".target", ".timer", ".path", ".mount", ".automount", ".slice", ".scope",
        ]
        guard text.utf8.count <= 255, text.utf8.first != UInt8(ascii: "-"),
            let suffix = suffixes.first(where: text.hasSuffix), text.utf8.count > suffix.utf8.count,
            text.utf8.allSatisfy(UnitName.allows)
        else { return nil }
        description = text
    }

    /// The files that may hold the unit: its own, and for an instance its template's.
    package var fileNames: [String] {
        guard let at = description.firstIndex(of: "@"), let dot = description.lastIndex(of: ".") else {
            return [description]
        }
        return [description, String(description[...at] + description[dot...])]
    }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ":-_.\\@".utf8.contains(byte)
        }
    }
}
