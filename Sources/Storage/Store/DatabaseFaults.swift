import GRDB
import Warehouse

extension Failure {
  /// Any error of a store call as the one shape that callers know.
  static func from(_ error: any Error) -> Failure {
    switch error {
    case let failure as Failure: failure
    case let error as DatabaseError: Failure(database: error)
    default: Failure(.internal, "An unexpected error: \(error).")
    }
  }

  /// What an SQLite error means for the caller, and what to do next.
  init(database error: DatabaseError) {
    let detail = error.message ?? error.resultCode.description
    let context = ["sqlite": "\(error.extendedResultCode.rawValue)", "detail": detail]
    switch error.resultCode {
    case .SQLITE_FULL:
      self = .storageFull(context)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .busy,
        "The database is busy.",
        hint: "Try again.",
        context: context,
        retryAfterS: 1
      )
    case .SQLITE_CONSTRAINT:
      self = .constraint(error, detail, context)
    case .SQLITE_INTERRUPT:
      self.init(.timedOut, "The query was stopped because it took too long.", context: context)
    case .SQLITE_READONLY:
      self.init(.readOnly, "The database takes no writes.", context: context)
    case .SQLITE_IOERR:
      self.init(
        .readOnly,
        "The disk reported an error (\(detail)).",
        hint: "Check the disk, then restart: what was acknowledged is safe.",
        context: context
      )
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .unusable,
        "The database is damaged: \(detail).",
        hint: "Stop, keep the file, and restore the newest backup.",
        context: context
      )
    default:
      self.init(.internal, "The database refused: \(detail).", context: context)
    }
  }

  private static func constraint(
    _ error: DatabaseError,
    _ detail: String,
    _ context: [String: String]
  ) -> Failure {
    switch error.extendedResultCode {
    case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY:
      Failure(.conflict, "Something of that name exists already (\(detail)).", context: context)
    case .SQLITE_CONSTRAINT_TRIGGER:
      Failure(.conflict, "Not possible as things stand: \(detail).", context: context)
    case .SQLITE_CONSTRAINT_FOREIGNKEY:
      Failure(.invalid, "Something named here does not exist.", context: context)
    default:
      Failure(.invalid, "A value breaks a rule of the database (\(detail)).", context: context)
    }
  }

  /// The disk is full.
  static func storageFull(_ context: [String: String] = [:]) -> Failure {
    Failure(
      .storageFull,
      "The disk is full; nothing was written.",
      hint: "Free some space; reading goes on, and writing resumes by itself.",
      context: context
    )
  }
}
