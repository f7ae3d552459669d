import HTTPServer
import Operations
import Synchronization
import Warehouse
import WireFormat

extension WarehouseAPI {
  /// Adds imports of whole tables.
  func addImportRoutes(to router: inout Router) {
    let options = RouteOptions(
      bodyLimitBytes: Limits.importBodyBytes,
      contentTypes: ["text/csv", "application/x-ndjson"],
      bodyTimeoutMS: Limits.importBodyTimeoutMS,
      acceptsGzip: true
    )
    let items = ["dry_run", "keep_good", "map", "name"]
    let path = "/api/v1/imports/{kind}"
    add(.post, path, query: items, to: &router, options, lane: lanes.bulk) { call in
      defer { progress.end(call.progressID) }
      let request = try call.importRequest()
      // A dry run changes nothing, so that it needs no key and may be repeated at will.
      if request.isDryRun { return try importRows(request, call).response }
      return try longCalls.once(call, environment) { try importRows(request, call) }
    }
  }

  private func importRows(_ request: ImportRequest, _ call: Call) throws -> LongAnswer {
    let body = Mutex<[UInt8]?>(call.request.body)
    let rejects = Mutex<[UInt8]>([])
    let result = try ImportFile(environment)(
      request,
      scope: call.scope,
      bytes: {
        body.withLock { body in
          defer { body = nil }
          return body ?? []
        }
      },
      rejects: { bytes in rejects.withLock { $0 += bytes } },
      progress: { step in progress.note(call.progressID, step.done, of: step.total) }
    )
    return try Self.answer(result, rejects: rejects.withLock { $0 }, request, call)
  }

  /// The result as it is answered: 200 with the counts, or the failure with the same counts.
  ///
  /// The reject file and the report of opening stock stand in the answer itself. A repeat gets them
  /// too, unless they are so large that they must not go into the database: then the repeat says so
  /// instead.
  private static func answer(
    _ result: ImportResult,
    rejects: [UInt8],
    _ request: ImportRequest,
    _ call: Call
  ) throws -> LongAnswer {
    let plain = try JSONReader.parseOwn(result.json).object ?? JSONObject()
    if let failure = result.failure {
      let problem = failure.response(instance: call.request.id) { writer in
        for member in plain.members where !Self.problemMembers.contains(member.key) {
          writer.member(member.key, member.value)
        }
      }
      return LongAnswer(response: problem, stored: nil)
    }
    var whole = plain
    if !rejects.isEmpty {
      let name = request.format == .csv ? "rejects_csv" : "rejects_ndjson"
      whole.append(name, .string(String(decoding: rejects, as: UTF8.self)))
    }
    let bytes = JSONValue.object(whole).bytes
    var kept = bytes
    if bytes.count > Self.storedBytes {
      var short = JSONObject()
      for member in plain.members where member.key != "report" {
        short.append(member.key, member.value)
      }
      if !rejects.isEmpty { short.append("rejects_omitted", true) }
      if result.openingStock != nil { short.append("report_omitted", true) }
      kept = JSONValue.object(short).bytes
    }
    return LongAnswer(
      response: Response.json(bytes).with("Cache-Control", "no-store"),
      stored: StoredAnswer(status: 200, body: kept)
    )
  }

  /// The largest answer of an import that is kept whole for repeats, in bytes.
  private static let storedBytes = 256 * 1024

  private static let problemMembers = [
    "type", "title", "status", "detail", "instance", "code", "hint", "context", "errors",
  ]
}

extension Call {
  /// What is to be imported, and how.
  fileprivate func importRequest() throws -> ImportRequest {
    ImportRequest(
      kind: try named("import", ImportKind.self),
      format: request.contentType == "text/csv" ? .csv : .ndjson,
      source: sourceName,
      columnMap: try columnMap(),
      isDryRun: try isOn("dry_run"),
      keepsGood: try isOn("keep_good")
    )
  }

  /// The kind of rows that the path names.
  func named<Kind: RawRepresentable & CaseIterable>(
    _ what: String,
    _: Kind.Type
  ) throws -> Kind where Kind.RawValue == String {
    let name = request.path("kind")
    if let kind = Kind(rawValue: name) { return kind }
    let names = Kind.allCases.map(\.rawValue)
    let near = Spelling.nearest(to: name, in: names).map { "Did you mean \($0)? " } ?? ""
    throw Failure(
      .notFound,
      "There is no \(what) of \"\(name.prefix(60))\".",
      hint: "\(near)There are: \(names.joined(separator: ", "))."
    )
  }

  /// The name of the file for the record; of a long path its end, which says most.
  private var sourceName: String {
    let name = request.query("name") ?? ""
    return name.isEmpty ? "upload" : String(name.suffix(Limits.nameLength))
  }

  /// The `theirs=ours` pairs of the query as a map.
  private func columnMap() throws -> [String: String] {
    var map: [String: String] = [:]
    for entry in request.queryAll("map") {
      guard let cut = entry.lastIndex(of: "="), cut != entry.startIndex,
        map.updateValue(String(entry[entry.index(after: cut)...]), forKey: String(entry[..<cut]))
          == nil
      else {
        throw Failure(
          .invalid,
          "The query item map takes theirs=ours, each of theirs once; not '\(entry.prefix(60))'.",
          hint: "For example map=SKU=code (escaped: map=SKU%3Dcode); ours is - for what to ignore.",
          faults: [
            .init(place: "?map", value: String(entry.prefix(60)), rule: "must be theirs=ours")
          ]
        )
      }
    }
    return map
  }
}
