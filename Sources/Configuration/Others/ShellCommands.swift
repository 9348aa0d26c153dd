// Lines for the shell, taken apart as far as one must to see what they run.

/// The words of each simple command of a line for the shell; quotes and brackets are looked through, not understood.
func simpleCommands(_ text: String) -> [[String]] {
    text.split { ";&|\n".contains($0) }.map { command in
        command.split { " \t(){}'\"`".contains($0) }.map(String.init)
    }
}
