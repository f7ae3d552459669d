import ArgumentParser
import Foundation

/// Makes a file that must not exist yet: what is there is somebody's, and stays as it is.
func newFile(_ path: String) throws -> FileHandle {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
  guard descriptor >= 0 else {
    let why = errno == EEXIST ? "it is there already" : String(cString: strerror(errno))
    throw ValidationError("The file \(path) cannot be made: \(why).")
  }
  return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
}
