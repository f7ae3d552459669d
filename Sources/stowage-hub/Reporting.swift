import ArgumentParser
import Foundation

/// Runs something and tells its failure on standard error, with exit code 2.
func reporting<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as ValidationError {
    throw error
  } catch {
    FileHandle.standardError.write(Data("stowage-hub: \(error)\n".utf8))
    throw ExitCode(2)
  }
}
