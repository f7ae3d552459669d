import Foundation
import HubCore
import Logging
import Storage
import Testing
import Warehouse
import WireFormat

@testable import Appliance

/// A box and a head office with real files, the box closed and opened again at will.
private final class Site {
  let scratch: Scratch
  let hub: Hub
  private(set) var appliance: Appliance
  private let settings: ApplianceSettings

  init() throws {
    scratch = try Scratch()
    let quiet = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })
    hub = try Hub(HubSettings(folder: scratch.path("hub")), logger: quiet)
    var settings = ApplianceSettings()
    settings.dataDirectory = scratch.path("box")
    settings.facility.code = "SITE-1"
    settings.facility.timeZone = "UTC"
    settings.logLevel = "critical"
    settings.uplink.url = "http://127.0.0.1:\(try hub.start())"
    self.settings = settings
    _ = try Founding.create(settings)
    appliance = try Appliance(settings)
  }

  deinit {
    appliance.close()
    try? hub.stop()
  }

  var epoch: PublicID {
    get throws { try appliance.store.read(appliance.scope) { try $0.facility().epoch } }
  }

  /// Something happens that goes up, and goes up.
  @discardableResult
  func work(_ word: String) throws -> JSONValue {
    let (scope, now) = (appliance.scope, ZoneClock.now())
    try appliance.store.write(scope) {
      try $0.audit("test.worked", subject: word, detailJSON: "{}", at: now)
    }
    _ = try appliance.upstream.aggregate()
    let said = try appliance.upstream.send(
      patienceS: 0,
      ignoringBackoff: true,
      shouldStop: { false }
    )
    #expect(said.contains("everything is acknowledged"), "\(word): \(said)")
    return try appliance.upstream.state()
  }

  private var database: String { settings.databasePath }

  /// A copy as the runbook makes one, by SQLite itself, while the box runs or not.
  func copy(to name: String) throws {
    let sqlite = Process()
    sqlite.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    sqlite.arguments = [
      "-c",
      "import sqlite3, sys\na, b = map(sqlite3.connect, sys.argv[1:])\na.backup(b)",
      database, scratch.path(name),
    ]
    try sqlite.run()
    sqlite.waitUntilExit()
    #expect(sqlite.terminationStatus == 0)
  }

  enum Way: CaseIterable {
    /// The files are moved aside, as the runbook says, but for the mark.
    case besideTheMark
    /// Another machine, or all files were moved aside.
    case withoutTheMark
    /// Over the file that is there: it keeps its inode.
    case overIt
  }

  /// Puts a copy back while the box is stopped, and starts it.
  func putBack(_ name: String, _ way: Way) throws {
    appliance.close()
    let files = FileManager.default
    for end in ["-wal", "-shm"] { try? files.removeItem(atPath: database + end) }
    switch way {
    case .overIt:
      try Data(contentsOf: URL(fileURLWithPath: scratch.path(name)))
        .write(to: URL(fileURLWithPath: database))
    case .besideTheMark, .withoutTheMark:
      try files.removeItem(atPath: database)
      try files.copyItem(atPath: scratch.path(name), toPath: database)
    }
    if way == .withoutTheMark { try files.removeItem(atPath: settings.markPath) }
    appliance = try Appliance(settings)
  }

  func reopen() throws {
    appliance.close()
    appliance = try Appliance(settings)
  }
}

@Suite("A database that was put back from a copy")
struct CopyTests {
  @Test("The same database keeps its epoch, however often it is opened and sent from")
  func same() throws {
    let site = try Site()
    let epoch = try site.epoch
    for round in 1...3 {
      let state = try site.work("round \(round)")
      #expect(state["acknowledged_through"]?.integer == Int64(round))
      try site.reopen()
      #expect(try site.epoch == epoch)
    }
  }

  @Test("A copy begins a new epoch before it sends anything, whichever way it was put back")
  func putBack() throws {
    let site = try Site()
    for (round, way) in Site.Way.allCases.enumerated() {
      try site.work("before \(round)")
      try site.copy(to: "copy-\(round)")
      let before = try site.epoch
      // Numbers are given that the copy does not know, in the same run of the box.
      let known = try site.work("after \(round)")["last_sequence"]?.integer ?? 0
      #expect(known > 1 || round > 0)
      try site.putBack("copy-\(round)", way)
      let after = try site.epoch
      #expect(after != before, "\(way)")
      try site.work("back \(round)")
      #expect(try site.epoch == after, "head office had nothing to object, \(way)")
      try site.reopen()
      #expect(try site.epoch == after, "\(way)")
    }
    let lines = try site.appliance.store.read(site.appliance.scope) {
      try $0.auditRecords(PageRequest(limit: 100)).rows.map(\.action)
    }
    #expect(lines.contains("database.restored"))
  }

  @Test("An older copy is told apart from a younger one, and from none")
  func judge() throws {
    let ids = (1...3).map { PublicID(at: Instant(ms: 1), random: (0, $0)) }
    #expect(CopyWatch.judge(database: nil, file: nil) == .first)
    #expect(CopyWatch.judge(database: ids[0], file: [ids[0]]) == .same)
    // The power went between the file and the database, on either side.
    #expect(CopyWatch.judge(database: ids[0], file: [ids[0], ids[1]]) == .same)
    #expect(CopyWatch.judge(database: ids[1], file: [ids[0], ids[1]]) == .same)
    for (database, file) in [
      (ids[2], [ids[0], ids[1]]), (ids[0], nil), (nil, [ids[0]]), (ids[0], []),
    ] as [(PublicID?, [PublicID]?)] {
      #expect(CopyWatch.judge(database: database, file: file) == .copy)
    }
  }
}
