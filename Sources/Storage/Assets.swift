import CAssets
import Warehouse

/// The files of the schema that are compiled into the program.
enum Assets {
  /// The text of a compiled-in file.
  static func text(_ name: String) throws(Failure) -> String {
    guard let asset = stowage_asset_find(name) else {
      throw Failure(.internal, "The file \(name) was not compiled into this program.")
    }
    let bytes = UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.length)
    return String(decoding: bytes, as: UTF8.self)
  }
}
