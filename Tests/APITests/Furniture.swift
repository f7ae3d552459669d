import WireFormat

/// The small print plant that the scenarios build through the API itself.
enum Furniture {
  static let locations = """
    code,kind,zone,aisle,bay,width_mm,depth_mm,height_mm,volume_l,max_weight_kg,\
    max_handling_units,travel_m,check_code,storage_types,hazard_classes
    DOCK-1,DOCK,DOCK,D,1,,,,,,,,,,
    STAGE-1,STAGING,STAGE,S,1,,,,,,,,,,
    P-01,STORAGE,SKIDS,01,1,1350,1100,1650,,1200,1,5,11,PALLET,
    P-02,STORAGE,SKIDS,01,2,1350,1100,1650,,1200,1,10,12,PALLET,
    P-03,STORAGE,SKIDS,01,3,1350,1100,1650,,1200,1,15,13,PALLET,
    P-04,STORAGE,SKIDS,01,4,1350,1100,1650,,1200,1,20,14,PALLET,
    P-05,STORAGE,SKIDS,01,5,1350,1100,1650,,1200,1,25,15,PALLET,
    P-06,STORAGE,SKIDS,01,6,1350,1100,1650,,1200,1,90,16,PALLET,
    R-01,STORAGE,ROLLS,02,1,2600,1300,2500,,4000,4,12,17,ROLL,
    R-02,STORAGE,ROLLS,02,2,2600,1300,2500,,4000,4,16,18,ROLL,
    I-01,STORAGE,INKS,03,1,1250,850,800,,600,,8,21,DRUM,3
    I-02,STORAGE,INKS,03,2,1250,850,800,,600,,9,22,DRUM,
    S-01,STORAGE,SHELVES,04,1,,,,200,180,,6,,SHELF,
    S-02,STORAGE,SHELVES,04,2,,,,200,180,,7,,SHELF,

    """

  /// Skids of sheets, a roll, drums of ink (dangerous), plates without a size, a thing too high.
  static let materials = """
    code,name,base_unit,handling_unit_quantity,storage_type,hazard_class,length_mm,width_mm,\
    height_mm,weight_kg,upright,gtin,value_class,shelf_life_days
    SKID-1,Sheets 700x1000,SHEET,5000,PALLET,,1000,700,800,600,this_side_up,04012345678901,A,
    SKID-2,Sheets 640x900,SHEET,4000,PALLET,,900,640,700,500,this_side_up,,B,
    ROLL-1,Web paper 860 mm,ROLL,1,ROLL,,1000,1000,860,600,any,,B,
    INK-1,"Ink, cyan",KG,20,DRUM,3,300,300,380,21,this_side_up,,C,365
    PLATE-1,Plates 745x605,EACH,50,SHELF,,,,,20,any,,C,
    TOWER-1,Folding unit,EACH,1,PALLET,,1300,1000,2500,400,this_side_up,,C,

    """

  static let receipt = #"""
    {"number":"R-1","dock":"DOCK-1","lines":[
     {"material":"SKID-1","quantity":10000,"lot":"S1-A"},
     {"material":"ROLL-1","quantity":3,"lot":"R1-A"},
     {"material":"INK-1","quantity":40,"lot":"I1-A","expiry":"2026-12-31"},
     {"material":"PLATE-1","quantity":100,"lot":"PL-A"},
     {"material":"TOWER-1","quantity":1,"lot":"T1-A"},
     {"material":"SKID-2","quantity":4000,"lot":"S2-A"}]}
    """#

  static let supplyTerms = """
    supplier,material,lead_time_days,minimum_order,multiple,unit_cost_eur,ordering_cost_eur,\
    holding_cost_pct
    MILL,SKID-1,7,5000,5000,0.05,40,20
    INKS,INK-1,14,20,20,9.50,25,20

    """

  /// Ninety days of demand before today: a weekly shape, and days without any.
  static let demand: String = {
    var text = "material,day,quantity\n"
    let months = [(2025, 12, 31), (2026, 1, 31), (2026, 2, 28)]
    var number = 0
    for (year, month, days) in months {
      for day in 1...days {
        number += 1
        let date = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
        let shape = [400, 500, 450, 600, 700, 50, 30][number % 7]
        text += "SKID-1,\(date),\(shape + number % 5 * 20)\n"
        text += "INK-1,\(date),\(number % 9 == 0 ? "7.5" : "0")\n"
      }
    }
    return text
  }()

  /// What stands before everything else.
  static let steps: [Step] = [
    .post(
      "locations",
      "/api/v1/imports/locations",
      locations,
      type: "text/csv",
      members: [
        ("/kind", "locations"), ("/rows", 14), ("/valid", 14), ("/applied", 14), ("/created", 14),
        ("/faulty", 0), ("/dry_run", false),
      ]
    ),
    .post(
      "materials",
      "/api/v1/imports/materials?name=materials.csv",
      materials,
      type: "text/csv",
      members: [("/rows", 6), ("/applied", 6)]
    ),
  ]
}
