import Warehouse

extension RowCodec {
  static func write(_ draft: MaterialDraft, to bytes: inout RowBytesWriter) {
    bytes.put(draft.code)
    bytes.put(draft.name)
    bytes.put(draft.baseUnit)
    bytes.put(draft.handlingUnitMilli)
    bytes.put(orNil: draft.gtin) { $0.put($1) }
    bytes.put(orNil: draft.category) { $0.put($1) }
    bytes.put(draft.storageType)
    bytes.put(draft.temperatureZone)
    bytes.put(orNil: draft.hazardClass) { $0.put($1) }
    bytes.put(draft.needsSecurity)
    bytes.put(orNil: draft.shelfLifeDays) { $0.put($1) }
    bytes.put(orNil: draft.minimumRemainingDays) { $0.put($1) }
    bytes.put(draft.uprights.x)
    bytes.put(draft.uprights.y)
    bytes.put(draft.uprights.z)
    bytes.put(orNil: draft.loadOnTopG) { $0.put($1) }
    bytes.put(orNil: draft.pickClass) { $0.put($1) }
    bytes.put(orNil: draft.valueClass) { $0.put($1) }
    bytes.put(draft.isCritical)
    bytes.put(orNil: draft.unitCostMinor) { $0.put($1) }
    bytes.put(orNil: draft.handlingUnitSize) { $0.put($1) }
    bytes.put(orNil: draft.handlingUnitWeightG) { $0.put($1) }
    bytes.put(orNil: draft.coreMM) { $0.put($1) }
  }

  static func material(_ reader: inout RowBytesReader) throws(Failure) -> MaterialDraft {
    var draft = MaterialDraft(
      code: try reader.text(),
      name: try reader.text(),
      baseUnit: try reader.word(),
      handlingUnitMilli: try reader.integer()
    )
    draft.gtin = try reader.orNil { (r) throws(Failure) in try r.text() }
    draft.category = try reader.orNil { (r) throws(Failure) in try r.text() }
    draft.storageType = try reader.text()
    draft.temperatureZone = try reader.text()
    draft.hazardClass = try reader.orNil { (r) throws(Failure) in try r.text() }
    draft.needsSecurity = try reader.flag()
    draft.shelfLifeDays = try reader.orNil { (r) throws(Failure) in try r.int() }
    draft.minimumRemainingDays = try reader.orNil { (r) throws(Failure) in try r.int() }
    draft.uprights = Uprights(x: try reader.flag(), y: try reader.flag(), z: try reader.flag())
    draft.loadOnTopG = try reader.orNil { (r) throws(Failure) in try r.integer() }
    draft.pickClass = try reader.orNil { (r) throws(Failure) in try r.word() }
    draft.valueClass = try reader.orNil { (r) throws(Failure) in try r.word() }
    draft.isCritical = try reader.flag()
    draft.unitCostMinor = try reader.orNil { (r) throws(Failure) in try r.integer() }
    draft.handlingUnitSize = try reader.orNil { (r) throws(Failure) in try r.size() }
    draft.handlingUnitWeightG = try reader.orNil { (r) throws(Failure) in try r.integer() }
    draft.coreMM = try reader.orNil { (r) throws(Failure) in try r.integer() }
    return draft
  }

  static func write(_ draft: LocationDraft, to bytes: inout RowBytesWriter) {
    bytes.put(draft.code)
    bytes.put(draft.kind)
    bytes.put(draft.zone)
    bytes.put(draft.aisle)
    bytes.put(draft.bay)
    bytes.put(draft.level)
    bytes.put(draft.position)
    bytes.put(orNil: draft.inner) { $0.put($1) }
    bytes.put(orNil: draft.volumeMM3) { $0.put($1) }
    bytes.put(orNil: draft.maxWeightG) { $0.put($1) }
    bytes.put(orNil: draft.beamMaxWeightG) { $0.put($1) }
    bytes.put(orNil: draft.bayMaxWeightG) { $0.put($1) }
    bytes.put(orNil: draft.maxHandlingUnits) { $0.put($1) }
    bytes.put(orNil: draft.maxStack) { $0.put($1) }
    bytes.put(draft.reachMM)
    bytes.put(draft.storageTypes)
    bytes.put(draft.temperatureZone)
    bytes.put(draft.hazardClasses)
    bytes.put(draft.isSecure)
    bytes.put(orNil: draft.dedicatedTo) { $0.put($1) }
    bytes.put(draft.mixing)
    bytes.put(orNil: draft.maxMaterials) { $0.put($1) }
    bytes.put(orNil: draft.hold) { $0.put($1) }
    bytes.put(orNil: draft.checkCode) { $0.put($1) }
    bytes.put(draft.isLastInFirstOut)
    bytes.put(orNil: draft.travelMM) { $0.put($1) }
    bytes.put(orNil: draft.mapX) { $0.put($1) }
    bytes.put(orNil: draft.mapY) { $0.put($1) }
  }

  static func location(_ reader: inout RowBytesReader) throws(Failure) -> LocationDraft {
    let code = try reader.text()
    let kind: LocationKind = try reader.word()
    var draft = LocationDraft(
      code: code,
      kind: kind,
      zone: try reader.text(),
      aisle: try reader.text()
    )
    draft.bay = try reader.int()
    draft.level = try reader.int()
    draft.position = try reader.int()
    draft.inner = try reader.orNil { (r) throws(Failure) in try r.size() }
    draft.volumeMM3 = try reader.orNil { (r) throws(Failure) in try r.integer() }
    draft.maxWeightG = try reader.orNil { (r) throws(Failure) in try r.integer() }
    draft.beamMaxWeightG = try reader.orNil { (r) throws(Failure) in try r.integer() }
    draft.bayMaxWeightG = try reader.orNil { (r) throws(Failure) in try r.integer() }
    draft.maxHandlingUnits = try reader.orNil { (r) throws(Failure) in try r.int() }
    draft.maxStack = try reader.orNil { (r) throws(Failure) in try r.int() }
    draft.reachMM = try reader.integer()
    draft.storageTypes = try reader.texts()
    draft.temperatureZone = try reader.text()
    draft.hazardClasses = try reader.texts()
    draft.isSecure = try reader.flag()
    draft.dedicatedTo = try reader.orNil { (r) throws(Failure) in try r.key() }
    draft.mixing = try reader.word()
    draft.maxMaterials = try reader.orNil { (r) throws(Failure) in try r.int() }
    draft.hold = try reader.orNil { (r) throws(Failure) in try r.text() }
    draft.checkCode = try reader.orNil { (r) throws(Failure) in try r.text() }
    draft.isLastInFirstOut = try reader.flag()
    draft.travelMM = try reader.orNil { (r) throws(Failure) in try r.integer() }
    draft.mapX = try reader.orNil { (r) throws(Failure) in try r.integer() }
    draft.mapY = try reader.orNil { (r) throws(Failure) in try r.integer() }
    return draft
  }
}
