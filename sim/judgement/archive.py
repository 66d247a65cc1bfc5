"""A store as one reads it in Python: what it keeps of a scenario comes back as a result."""

from __future__ import annotations

from sim.base.errors import OutputError
from sim.base.text import safe_text
from sim.judgement.result import Result
from sim.judgement.result_of_case import result_of_case
from sim.results.loading import load
from sim.runs.case import Case
from sim.runs.fingerprint import fingerprint
from sim.runs.store import Store
from sim.runs.store_folder import Stored
from sim.scenario.language.suggestions import did_you_mean


class Archive(Store):
    """A store whose runs can be read again."""

    def result(self, key: str) -> Result:
        """What is stored of a scenario month by month, as a result; nothing is played.

        Raises
        ------
        OutputError
            Without such a key, with nothing kept month by month, or with what another version of the simulator left.
        """
        known = {one.key: one for one in self.list()}
        if why := self.passed_over().get(key):
            raise OutputError(f"{safe_text(str(self.home))}: {safe_text(key)} is passed over ({why}): play it again")
        if key not in known:
            raise OutputError(
                f"{safe_text(str(self.home))} holds no {safe_text(key)}; {did_you_mean(key, list(known))}"
            )
        loaded = load(self.scenario(key))
        case = Case.of(loaded, known[key].seed, (), known[key].name, known[key].claims)
        found = self.find(case.specification, "months")
        if not found:
            raise OutputError(_why_nothing(known[key]))
        done = [one for _, part in sorted(found.items()) if isinstance(part, list) for one in part]
        return result_of_case(case, done)


def _why_nothing(one: Stored) -> str:
    if one.version != fingerprint():
        return f"{one.key} was written by partner-sim {one.version}, this is {fingerprint()}: play it again"
    return f"{one.key} holds no replications month by month; a study of key figures keeps only those"
