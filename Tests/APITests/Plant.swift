import API
import Crypto
import Foundation
import HTTPServer
import Operations
import Storage
import Synchronization
import Warehouse

/// An empty warehouse in a folder of its own with the whole HTTP surface on top, on a clock that
/// stands still: 2 March 2026, 8 in the morning.
///
/// The folder goes when the plant goes.
final class Plant: Sendable {
  static let today = "2026-03-02"
  /// The token that every driver shows unless a test says otherwise: an admin's and supervisor's.
  static let token = "stw_test-admin"

  let folder: URL
  let store: WarehouseStore
  let api: WarehouseAPI
  let router: Router
  /// People, devices and tokens.
  let desk: AccessDesk
  /// The settings in force.
  let inForce = SettingsInForce(
    FacilitySettings(),
    words: ["flags.cross-dock": "Whether goods with open demand go to staging."]
  )
  /// What no client may see in full.
  let faults: Faults

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("stowage-api-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.folder = folder
    let now = Instant(ms: 1_772_438_400_000)
    let path = folder.appendingPathComponent("stowage.db").path
    try WarehouseStore.create(
      at: path,
      NewWarehouse(
        facility: Facility(
          code: "F1",
          name: "Plant",
          timeZone: "UTC",
          currency: "EUR",
          gln: nil,
          epoch: PublicID(at: now, random: (1, 2))
        ),
        ownerCode: "OWN",
        ownerName: "Owner",
        at: now
      )
    )
    let store = try WarehouseStore(StoreSettings(path: path))
    self.store = store
    let ids = Mutex<UInt64>(0)
    let environment = OperationsEnvironment(
      store: store,
      settings: { [inForce] in inForce.value },
      now: { now },
      newID: {
        let number = ids.withLock { ids in
          ids += 1
          return ids
        }
        return PublicID(at: now, random: (number, number))
      },
      localDay: { $0.utcDay },
      startOfDay: { Instant(ms: Int64($0.rawValue) * 86_400_000) },
      // Only the view for partners tells it.
      offsetS: { $0 < now ? 7_200 : -12_600 }
    )
    let faults = Faults()
    self.faults = faults
    let desk = AccessDesk(
      environment: environment,
      secrets: Self.secrets,
      facility: .facility(home: store.homeTenant)
    )
    self.desk = desk
    var surroundings = WarehouseAPI.Surroundings(
      access: desk,
      settings: inForce,
      accessSettings: AccessSettings(requestsPerSecond: 0),
      address: "http://127.0.0.1:8480",
      health: { isFitnessOnly in
        .init(json: Array(#"{"status":"HEALTHY","fitness":\#(isFitnessOnly)}"#.utf8), isFit: true)
      },
      metrics: { isOpenMetrics in Array((isOpenMetrics ? "# EOF\n" : "up 1\n").utf8) },
      fault: { error, _ in faults.add("\(error)") }
    )
    // All tests share one token, which is no reason to share its few streams.
    surroundings.streamOwner = { $0.id }
    api = WarehouseAPI(environment: environment, surroundings: surroundings)
    router = api.router(.lan)
    try addToken(Self.token, [.admin, .supervisor])
  }

  deinit {
    store.close()
    try? FileManager.default.removeItem(at: folder)
  }

  private static let drawn = Mutex(0)

  /// Bytes that are the same in every run, real digests, and a hash of PINs that costs nothing.
  static let secrets = Secrets(
    random: { count in
      let number = drawn.withLock { drawn in
        drawn += 1
        return drawn
      }
      return Array(SHA256.hash(data: Array("draw \(number)".utf8)).prefix(count))
    },
    sha256: { Array(SHA256.hash(data: $0)) },
    keyed: { bytes in
      Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: [1, 2, 3])))
    },
    hashPIN: { "scrypt$\($0)" },
    verifyPIN: { "scrypt$\($0)" == $1 }
  )

  /// Makes a token of that text, for the home tenant unless another one is named.
  @discardableResult
  func addToken(
    _ text: String,
    _ scopes: Set<Role>,
    tenant: TenantID? = nil,
    others: Set<TenantID> = []
  ) throws -> AccessToken {
    let environment = desk.environment
    let token = AccessToken(
      id: AccessTokenID(0),
      publicID: environment.newID(),
      tenant: tenant ?? store.homeTenant,
      others: others,
      name: "test",
      scopes: scopes,
      createdAt: environment.now()
    )
    let digest = SecretText.digest(text, Self.secrets)
    return try store.write(desk.facility) { try $0.addToken(token, digest: digest) }
  }

  /// How many rows each table has that a refused request might have touched.
  func rowCounts() throws -> [String: Int] {
    try store.read(TenantScope(home: store.homeTenant)) { try $0.rowCounts() }
  }
}

/// Collects what went wrong inside.
final class Faults: Sendable {
  private let list = Mutex<[String]>([])

  func add(_ text: String) { list.withLock { $0.append(text) } }

  var all: [String] { list.withLock { $0 } }
}
