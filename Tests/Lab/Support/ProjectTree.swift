import Foundation

/// The tree that the tests are built from.
enum ProjectTree {
    /// Of the file or directory by this path in the tree; of the tree itself without one.
    static func path(_ name: String = "") -> String {
        let tree = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
        return name.isEmpty ? tree.standardized.path : tree.appendingPathComponent(name).standardized.path
    }
}
