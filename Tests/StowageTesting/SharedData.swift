import Foundation

/// The folder of real data beside the checkout, where there is one.
///
/// It is never part of the project: tests that use it skip, and say so, where it is missing.
/// `STOWAGE_SHARED` names another place.
public enum SharedData {
  /// The folder, or nil where there is none.
  public static let folder: URL? = {
    if let named = ProcessInfo.processInfo.environment["STOWAGE_SHARED"] {
      return exists(URL(fileURLWithPath: named))
    }
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return exists(root.deletingLastPathComponent().appendingPathComponent("shared"))
  }()

  /// Whether the data folder is there; use it in `.enabled(if:)`.
  public static var isPresent: Bool { folder != nil }

  /// The word that a skipped test shows.
  public static let missing = "needs ../shared/data, which is not beside this checkout"

  /// A file below `data/`, or nil where it is missing.
  public static func file(_ path: String) -> URL? {
    folder.flatMap { exists($0.appendingPathComponent("data").appendingPathComponent(path)) }
  }

  private static func exists(_ url: URL) -> URL? {
    FileManager.default.fileExists(atPath: url.path) ? url : nil
  }
}
