/// The downhill simplex of Nelder and Mead (1965): a minimum without derivatives.
///
/// Bounds are the business of the function (it clamps its arguments). Deterministic: the first
/// simplex is the start and one step along each axis.
enum SimplexSearch {
  /// Searches from a point for at most that many evaluations.
  static func minimum(
    from start: [Double],
    steps: Int,
    spread: Double = 0.1,
    of function: ([Double]) -> Double
  ) -> (point: [Double], value: Double) {
    let size = start.count
    var points = [start]
    for axis in 0..<size {
      var point = start
      point[axis] += point[axis] > 0.5 ? -spread : spread
      points.append(point)
    }
    var values = points.map(function)
    var used = points.count
    var centre = start
    var trial = start
    while used < steps {
      let order = (0...size).sorted { values[$0] < values[$1] }
      let (best, next, worst) = (order[0], order[size - 1], order[size])
      if values[worst] - values[best] <= 1e-9 * abs(values[best]) { break }
      for axis in 0..<size {
        var sum = 0.0
        for index in 0...size where index != worst { sum += points[index][axis] }
        centre[axis] = sum / Double(size)
      }
      func move(_ factor: Double) -> Double {
        for axis in 0..<size {
          trial[axis] = centre[axis] + factor * (points[worst][axis] - centre[axis])
        }
        used += 1
        return function(trial)
      }
      func take(_ value: Double) {
        points[worst] = trial
        values[worst] = value
      }
      let reflected = move(-1)
      if reflected < values[best] {
        let mirror = trial
        let expanded = move(-2)
        if expanded >= reflected { trial = mirror }
        take(min(expanded, reflected))
      } else if reflected < values[next] {
        take(reflected)
      } else {
        let contracted = move(reflected < values[worst] ? -0.5 : 0.5)
        if contracted < min(reflected, values[worst]) {
          take(contracted)
        } else {
          for index in 0...size where index != best {
            for axis in 0..<size {
              points[index][axis] = (points[index][axis] + points[best][axis]) / 2
            }
            values[index] = function(points[index])
            used += 1
          }
        }
      }
    }
    let best = values.indices.min { values[$0] < values[$1] } ?? 0
    return (points[best], values[best])
  }
}
