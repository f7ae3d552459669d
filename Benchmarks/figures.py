"""The figures of a run of benchmarks, and what is computed from samples."""


class Report:
    """The figures, printed as they come."""

    def __init__(self):
        self.rows = []

    def add(self, what, value, unit, budget=None):
        """Notes a figure; a budget is its upper bound, or with `at least` in front its lower one."""
        verdict = ""
        if budget is not None:
            lower = isinstance(budget, tuple)
            bound = budget[1] if lower else budget
            good = value >= bound if lower else value <= bound
            word = "at least " if lower else ""
            verdict = f"{'' if good else 'OVER '}budget {word}{bound:g} {unit}"
        self.rows.append({"what": what, "value": value, "unit": unit, "note": verdict})
        print(f"  {what:58} {value:12,.2f} {unit:8} {verdict}", flush=True)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
