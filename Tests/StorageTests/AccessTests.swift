import Foundation
import GRDB
import Testing
import Warehouse

@testable import Storage

/// The audit log as a chain, and what of rights the store itself must hold.
@Suite("Rights and their record") struct AccessTests {
  private static let now = Instant(ms: 1_772_438_400_000)

  private static func person(_ bed: Bed, _ badge: String) throws -> OperatorAccount {
    try bed.store.write(.facility(home: bed.store.homeTenant).acting(as: "test")) {
      try $0.addOperator(
        OperatorAccount(
          id: OperatorID(0),
          publicID: Bed.id(),
          tenant: $0.scope.home,
          others: [],
          badge: badge,
          name: "Somebody",
          roles: [.scanner],
          pinHash: "scrypt$x",
          isActive: true
        ),
        at: Self.now
      )
    }
  }

  private static func chain(_ bed: Bed) throws -> AuditChain {
    try bed.store.read(.facility(home: bed.store.homeTenant)) { try $0.auditFaults(limit: 10) }
  }

  /// Does what only somebody with the file in hands can do: changes rows past every trigger.
  private static func tamper(_ bed: Bed, _ sql: String) throws {
    try bed.store.pool.writeWithoutTransaction { db in
      for name in ["audit_log_no_update", "inventory_transactions_no_update"] {
        try db.execute(sql: "DROP TRIGGER IF EXISTS \(name)")
      }
      try db.execute(sql: sql)
    }
  }

  @Test("Each change leaves a row, and the chain is whole")
  func whole() throws {
    let bed = try Bed()
    for badge in ["A", "B", "C"] { _ = try Self.person(bed, badge) }
    let chain = try Self.chain(bed)
    #expect(chain.rows == 3)
    #expect(chain.faults == [])
    #expect(chain.head.count == 32)
  }

  @Test(
    "Whatever is changed in the file past the triggers is found",
    arguments: [
      ("UPDATE audit_log SET actor = 'operator:nobody' WHERE id = 2", "row 2"),
      ("UPDATE audit_log SET at = at + 1 WHERE id = 1", "row 1"),
      ("UPDATE audit_log SET subject = 'X' WHERE id = 3", "row 3"),
      ("UPDATE audit_log SET detail_json = '{\"a\":1}' WHERE id = 2", "row 2"),
      ("UPDATE audit_log SET tenant_id = NULL WHERE id = 2", "row 2"),
      ("DELETE FROM audit_log WHERE id = 2", "row 3"),
      (
        "UPDATE audit_log SET digest = (SELECT digest FROM audit_log WHERE id = 1) WHERE id = 2",
        "row 2"
      ),
      (
        "UPDATE audit_log SET id = 9 WHERE id = 3",
        "row 9"
      ),
    ]
  )
  func tampered(sql: String, place: String) throws {
    let bed = try Bed()
    for badge in ["A", "B", "C"] { _ = try Self.person(bed, badge) }
    try Self.tamper(bed, sql)
    let faults = try Self.chain(bed).faults
    #expect(faults.contains { $0.contains(place) }, "\(sql): \(faults)")
  }

  @Test("Bookings are vouched for: a changed, added or hidden ledger row is found")
  func bookings() throws {
    for (sql, words) in [
      ("SELECT 1", nil),
      ("UPDATE inventory_transactions SET quantity_milli = 1 WHERE id = 1", "ledger rows 1-1"),
      ("UPDATE inventory_transactions SET device = 'x' WHERE id = 2", "ledger rows 2-3"),
      (
        """
        INSERT INTO inventory_transactions (public_id, tenant_id, kind, lot_id, material_id,
          to_location_id, quantity_milli, occurred_at, recorded_at, local_day)
        SELECT '00000000-0000-7000-8000-000000000000', tenant_id, kind, lot_id, material_id,
          to_location_id, quantity_milli, occurred_at, recorded_at, local_day
        FROM inventory_transactions WHERE id = 1
        """, "past the log"
      ),
    ] as [(String, String?)] {
      let plant = try Plant()
      let bed = plant.bed
      try bed.store.write(bed.home) {
        let lot = plant.lot.id
        _ = try $0.post(Sample.move(.putaway, lot, from: plant.dock, to: plant.rack, 100_000))
        _ = try $0.post(Sample.move(.putaway, lot, from: plant.dock, to: plant.other, 100_000))
      }
      #expect(try Self.chain(bed).faults == [])
      try Self.tamper(bed, sql)
      let faults = try Self.chain(bed).faults
      #expect(faults.isEmpty == (words == nil), "\(sql): \(faults)")
      if let words { #expect(faults.contains { $0.contains(words) }, "\(sql): \(faults)") }
    }
  }

  @Test("What retention cuts off the old end leaves a whole chain, and never an empty log")
  func retention() throws {
    let bed = try Bed()
    let scope = TenantScope.facility(home: bed.store.homeTenant).acting(as: "test")
    for day in 0..<5 {
      let at = Self.now.adding(seconds: Int64(day) * 86_400)
      try bed.store.write(scope) {
        try $0.audit("test.noted", subject: "\(day)", detailJSON: "{}", at: at)
      }
    }
    func prune(_ day: Int64, limit: Int = 200) throws -> Int {
      let before = Self.now.adding(seconds: day * 86_400)
      return try bed.store.write(scope) {
        try $0.prune(.auditLog, before: before, limit: limit)
      }
    }
    let head = try Self.chain(bed).head
    #expect(try prune(2, limit: 1) == 1)
    #expect(try prune(2) == 1)
    #expect(try Self.chain(bed) == AuditChain(rows: 3, head: head, faults: []))
    #expect(try prune(100) == 2)
    #expect(try Self.chain(bed) == AuditChain(rows: 1, head: head, faults: []))
    try bed.store.write(scope) {
      try $0.audit("test.noted", subject: "next", detailJSON: "{}", at: Self.now)
    }
    #expect(try Self.chain(bed).faults == [])
  }

  @Test("The log refuses to be changed by statements that keep the triggers")
  func append() throws {
    let bed = try Bed()
    _ = try Self.person(bed, "A")
    #expect(throws: DatabaseError.self) {
      try bed.store.pool.writeWithoutTransaction { db in
        try db.execute(sql: "UPDATE audit_log SET actor = 'x'")
      }
    }
  }

  @Test("A refused change leaves no row, and a badge is one person's")
  func refused() throws {
    let bed = try Bed()
    _ = try Self.person(bed, "A")
    #expect(throws: Failure.self) { _ = try Self.person(bed, "A") }
    #expect(try Self.chain(bed).rows == 1)
  }

  @Test("Nobody changes what belongs to an owner whom the scope does not hold")
  func owners() throws {
    let bed = try Bed()
    let person = try Self.person(bed, "A")
    let other = try bed.store.addTenant(code: "OTHER", name: "Other", at: Self.now)
    let scope = TenantScope(home: other, actor: "test")
    #expect(try bed.store.read(scope) { try $0.operatorAccount(publicID: person.publicID) } == nil)
    #expect(try bed.store.read(scope) { try $0.operators(badge: "A") } == [])
    let failure = #expect(throws: Failure.self) {
      try bed.store.write(scope) { _ = try $0.changeOperator(person, at: Self.now) }
    }
    #expect(failure?.code == .notFound)
  }

  @Test("A code is good once, until its end, and a new setup code ends the one before")
  func codes() throws {
    let bed = try Bed()
    let scope = TenantScope.facility(home: bed.store.homeTenant)
    let end = Self.now.adding(seconds: 600)
    func code(_ purpose: PairingCode.Purpose, _ byte: UInt8) throws {
      try bed.store.write(scope) {
        try $0.addCode(
          PairingCode(
            purpose: purpose,
            tenant: $0.scope.home,
            others: [],
            kind: nil,
            expiresAt: end
          ),
          digest: [UInt8](repeating: byte, count: 32),
          at: Self.now
        )
      }
    }
    func use(_ purpose: PairingCode.Purpose, _ byte: UInt8, at: Instant) throws -> Bool {
      let digest = [UInt8](repeating: byte, count: 32)
      return try bed.store.write(scope) { try $0.useCode(digest: digest, purpose, at: at) } != nil
    }
    try code(.device, 1)
    #expect(try !use(.setup, 1, at: Self.now))
    #expect(try !use(.device, 1, at: end))
    #expect(try use(.device, 1, at: Self.now))
    #expect(try !use(.device, 1, at: Self.now))
    try code(.setup, 2)
    try code(.setup, 3)
    #expect(try !use(.setup, 2, at: Self.now))
    #expect(try use(.setup, 3, at: Self.now))
  }

  @Test("One pairing code and one token more than there may be are refused")
  func limits() throws {
    let bed = try Bed()
    let scope = TenantScope.facility(home: bed.store.homeTenant)
    func offer(_ number: Int) throws {
      try bed.store.write(scope) {
        try $0.addCode(
          PairingCode(
            purpose: .device,
            tenant: $0.scope.home,
            others: [],
            kind: nil,
            expiresAt: Self.now.adding(seconds: 600)
          ),
          digest: [UInt8](repeating: UInt8(number), count: 32),
          at: Self.now
        )
      }
    }
    for number in 0..<Limits.pairingCodes { try offer(number) }
    #expect(throws: Failure.self) { try offer(Limits.pairingCodes) }
    @Sendable func token(_ number: Int, in transaction: any WriteTransaction) throws {
      let digest = (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) }
      _ = try transaction.addToken(
        AccessToken(
          id: AccessTokenID(0),
          publicID: Bed.id(),
          tenant: transaction.scope.home,
          others: [],
          name: "t",
          scopes: [.metrics],
          createdAt: Self.now
        ),
        digest: digest
      )
    }
    try bed.store.write(scope) { transaction in
      for number in 0..<Limits.accessTokens { try token(number, in: transaction) }
    }
    #expect(throws: Failure.self) {
      try bed.store.write(scope) { try token(Limits.accessTokens, in: $0) }
    }
  }
}
