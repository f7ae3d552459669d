import Foundation
import HTTPServer
import Warehouse

/// The certificate and the private key of the listener, as files that somebody renews.
struct CertificateFiles: Sendable, Equatable {
  /// The certificate with those between it and the root, PEM.
  var certificate: String
  /// Its key, PEM, not encrypted.
  var key: String

  /// Reads both; fails where one cannot be read, or is larger than any certificate is.
  func load() throws(Failure) -> TLSIdentity {
    TLSIdentity(
      certificatePEM: try Self.read(certificate, "http.tls.certificate-file"),
      keyPEM: try Self.read(key, "http.tls.private-key-file")
    )
  }

  /// What changes when one of the files does: their numbers, sizes and times.
  var stamp: [Int64] {
    [certificate, key].flatMap { path -> [Int64] in
      var status = stat()
      guard stat(path, &status) == 0 else { return [-1] }
      return [
        Int64(bitPattern: UInt64(status.st_ino)), Int64(status.st_size),
        Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec),
      ]
    }
  }

  private static func read(_ path: String, _ name: String) throws(Failure) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw Failure(
        .notFound,
        "The file \(path) (\(name)) cannot be read: \(String(cString: strerror(errno))).",
        hint: "It must exist, and the service's user must be able to read it."
      )
    }
    defer { try? file.close() }
    guard let data = try? file.read(upToCount: Limits.certificateBytes + 1),
      data.count <= Limits.certificateBytes
    else {
      throw Failure(
        .tooLarge,
        "The file \(path) (\(name)) is empty or larger than \(Limits.certificateBytes) bytes.",
        hint: "It must hold one certificate with its chain, or one key, as PEM."
      )
    }
    return String(decoding: data, as: UTF8.self)
  }
}
