import CSQLite
import GRDB
import Warehouse

extension Database {
  /// All rows of a query, each made by `make`; the statement is prepared once per connection.
  func all<Value>(
    _ sql: String,
    _ arguments: StatementArguments = [],
    _ make: (Row) throws -> Value
  ) throws -> [Value] {
    var values: [Value] = []
    try each(sql, arguments) { row in
      values.append(try make(row))
      return true
    }
    return values
  }

  /// The first row of a query, made by `make`.
  func first<Value>(
    _ sql: String,
    _ arguments: StatementArguments = [],
    _ make: (Row) throws -> Value
  ) throws -> Value? {
    var value: Value?
    try each(sql, arguments) { row in
      value = try make(row)
      return false
    }
    return value
  }

  /// Runs a statement; it is prepared once per connection.
  func run(_ sql: String, _ arguments: StatementArguments = []) throws {
    try each(sql, arguments) { _ in true }
  }

  /// Steps through the rows of a statement for as long as `body` says true.
  ///
  /// The wrapper prepares and keeps the statement; what happens often, binding and stepping, is
  /// SQLite's own calls. A statement that is under way already, further up the stack, is left
  /// alone and a second one is made.
  func each(
    _ sql: String,
    _ arguments: StatementArguments = [],
    _ body: (Row) throws -> Bool
  ) throws {
    var prepared = try cachedStatement(sql: sql)
    if sqlite3_stmt_busy(prepared.sqliteStatement) != 0 {
      prepared = try makeStatement(sql: sql)
    }
    let statement = prepared.sqliteStatement
    defer {
      sqlite3_reset(statement)
      if !arguments.values.isEmpty { sqlite3_clear_bindings(statement) }
    }
    try bind(arguments.values, to: statement, sql)
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: if try !body(Row(statement: statement)) { return }
      case SQLITE_DONE: return
      case let code: throw fault(code, sql)
      }
    }
  }

  /// Runs `body` in one read transaction.
  ///
  /// The wrapper's own way prepares the two statements anew each time.
  func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
    try run("BEGIN DEFERRED")
    defer {
      do { try run("COMMIT") } catch { try? rollback() }
    }
    return try body()
  }

  private func bind(
    _ values: [(any Bindable)?],
    to statement: OpaquePointer,
    _ sql: String
  ) throws {
    guard Int(sqlite3_bind_parameter_count(statement)) == values.count else {
      throw fault(SQLITE_RANGE, sql)
    }
    for (index, value) in values.enumerated() {
      // What nothing is bound to is NULL.
      guard let value else { continue }
      let code = value.put(into: statement, at: Int32(index + 1))
      if code != SQLITE_OK { throw fault(code, sql) }
    }
  }

  private func fault(_ code: Int32, _ sql: String) -> DatabaseError {
    let message = code == SQLITE_RANGE ? nil : String(cString: sqlite3_errmsg(sqliteConnection))
    return DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: sql)
  }
}

extension Collection {
  /// The keys as a JSON list, for `IN (SELECT value FROM json_each(?))`: one statement for any
  /// number of keys.
  func jsonKeys<Tag>() -> String where Element == Key<Tag> {
    "[" + map { String($0.rawValue) }.joined(separator: ",") + "]"
  }
}

extension Row {
  /// A key.
  func key<Tag>(_ index: Int) -> Warehouse.Key<Tag> { Warehouse.Key(self[index] as Int64) }

  /// A key that may be missing.
  func key<Tag>(orNil index: Int) -> Warehouse.Key<Tag>? {
    (self[index] as Int64?).map { Warehouse.Key($0) }
  }

  /// A moment.
  func instant(_ index: Int) -> Instant { Instant(ms: self[index]) }

  /// A moment that may be missing.
  func instant(orNil index: Int) -> Instant? { (self[index] as Int64?).map(Instant.init(ms:)) }

  /// A day.
  func day(_ index: Int) -> LocalDay { LocalDay(rawValue: Int32(clamping: self[index] as Int64)) }

  /// A day that may be missing.
  func day(orNil index: Int) -> LocalDay? {
    (self[index] as Int64?).map { LocalDay(rawValue: Int32(clamping: $0)) }
  }

  /// Three edges; nil where the first is missing.
  func size(_ index: Int) -> Dimensions? {
    guard let x = self[index] as Int64? else { return nil }
    return Dimensions(x, self[index + 1], self[index + 2])
  }

  /// A value of one of the domain's enumerations; a word that is not one of it means damage.
  func word<Word: RawRepresentable>(_ index: Int) throws -> Word where Word.RawValue == String {
    let text: String = self[index]
    guard let word = Word(rawValue: text) else {
      throw Failure(.unusable, "The database holds the unknown word \(text).")
    }
    return word
  }

  /// A value of one of the domain's enumerations that may be missing.
  func word<Word: RawRepresentable>(
    orNil index: Int
  ) throws -> Word? where Word.RawValue == String {
    (self[index] as String?) == nil ? nil : try word(index)
  }

  /// A public id.
  func publicID(_ index: Int) throws -> PublicID {
    let text: String = self[index]
    guard let id = PublicID(text) else {
      throw Failure(.unusable, "The database holds the broken id \(text).")
    }
    return id
  }
}

extension Page {
  /// Cuts rows that were read with one more than the limit, and names the cursor of the next page.
  static func cut(
    _ rows: [Row],
    _ request: PageRequest,
    cursor: (Row) -> String
  ) -> Page<Row> {
    guard rows.count > request.limit else { return Page(rows: rows, next: nil) }
    let kept = Array(rows.prefix(request.limit))
    return Page(rows: kept, next: kept.last.map(cursor))
  }
}

extension PageRequest {
  /// The cursor as a key; 0 for the first page.
  func afterKey() throws -> Int64 {
    guard let after else { return 0 }
    guard let key = Int64(after) else { throw Self.broken }
    return key
  }

  /// What a cursor that we did not make is answered with.
  static var broken: Failure {
    Failure(.invalid, "The cursor is not one of this listing.", hint: "Begin with the first page.")
  }
}
