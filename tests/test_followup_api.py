"""From a meeting to the board's feedback through the API: the same actions and rules as on the pages (FUP-1…4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings

from followup.definitions import Definitions
from followup.models import BoardTask, GroupReport, ReportVersion
from tests import build_groups as build
from tests.conftest import NOW, actor
from tests.test_followup_groups import sign_in

pytestmark = pytest.mark.django_db


def post(client: Client, address: str, expected: int = 200, **values: Any) -> Any:
    answer = client.post(f"/api/v1/{address}", values, content_type="application/json")
    assert answer.status_code == expected, (address, answer.status_code, answer.content.decode()[:500])
    return answer.json()


def get(client: Client, address: str) -> Any:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.json()


def test_fup1_to_fup4_from_a_meeting_to_the_boards_feedback_through_the_api() -> None:
    group, seats = build.group(), (build.coordinator(), build.representative(), build.board())
    with override_settings(DEMO=True), time_machine.travel(NOW, tick=False) as clock:
        lead, member, rug = (sign_in(Client(), one) for one in seats)
        meets = NOW + timedelta(days=7)
        plan = {"group": str(group.pk), "starts": [meets.isoformat()], "minutes_long": 60, "place": "Stadshuset"}
        assert post(member, "gruppmoten/", 403, **plan)["fel"] == "Det här gör gruppens samordnare."
        (made,) = post(lead, "gruppmoten/", 201, **plan)
        at = f"gruppmoten/{made['id']}/"
        post(member, f"{at}punkter/", heading="Sommaren")
        found = get(lead, at)
        found = post(lead, f"{at}kalla/", version=found["version"])
        assert post(lead, f"{at}kalla/", 409, version=1)["version"] == found["version"]
        # Another group's member doesn't reach it, and doesn't get to know that it is there.
        stranger = sign_in(Client(), build.coordinator("ssgv-varberg"))
        assert post(stranger, f"{at}kalla/", 404, version=1)["fel"] == "Det finns inte."

        clock.move_to(meets + timedelta(hours=3))
        lead, member, rug = (sign_in(Client(), one) for one in seats)
        people = list(group.members.order_by("pk"))
        minutes: dict[str, Any] = {
            "version": found["version"], "present": [str(one.pk) for one in people],
            "notes": [{"item": one["id"], "note": "Genomgånget."} for one in found["items"]],
        }  # fmt: skip
        outsider = build.group("ssgv-varberg").members.all()[0]
        wrong = post(lead, f"{at}protokoll/", 422, **{**minutes, "present": [str(outsider.pk)]})
        assert wrong["falt"] == {"present": "Det finns inte i gruppen."}
        found = post(lead, f"{at}protokoll/", **minutes)
        assert len(found["attendance"]) == len(people)
        assert {one["note"] for one in found["items"]} == {"Genomgånget."}
        due = (meets + timedelta(days=30)).date().isoformat()
        post(lead, f"{at}beslut/", text="Skriv rutin", owner=str(people[0].pk), due_on=due)
        found = get(lead, at)
        assert "en annan medlem" in post(lead, f"{at}justera/", 403, version=found["version"])["fel"]
        found = post(member, f"{at}justera/", version=found["version"])
        assert (found["state"], get(rug, at)["state"]) == ("approved", "approved")
        decided = f"gruppbeslut/{found['decisions'][0]['id']}/"
        done = post(lead, f"{decided}genomfort/", version=1, note="Rutinen är skriven")
        done = post(lead, f"{decided}effekt/", version=done["version"], effect="Färre undrar")
        assert (done["state"], done["effect"]) == ("evaluated", "Färre undrar")
        guest = post(
            lead,
            "adjungerade/",
            201,
            group=str(group.pk),
            name="Polisen",
            why="Nära",
            starts_on=meets.date().isoformat(),
        )
        assert post(lead, f"adjungerade/{guest['id']}/avsluta/")["ends_on"]

        # The year: opened by the board, written and handed in by the group, compiled, handed over.
        post(lead, "arliga-uppfoljningar/", 403, year=2026)
        post(rug, "arliga-uppfoljningar/", 201, year=2026)
        report = GroupReport.objects.select_related("campaign", "group").get(group=group)
        ours = f"gruppuppfoljningar/{report.pk}/"
        draft = get(lead, ours)["draft"]
        assert {one["indicator"] for one in draft} == set(build.texts(report))
        assert get(rug, ours)["draft"] == []
        texts = [{"indicator": one["indicator"], "text": f"Vi om {one['question']}"} for one in draft]
        post(lead, f"{ours}skriv/", 422, version=1, texts=[{"indicator": "finns-inte", "text": "A"}])
        found = post(lead, f"{ours}skriv/", version=1, texts=texts[1:])
        refused = post(lead, f"{ours}lamna-in/", 422, version=found["version"])
        assert list(refused["falt"]) == [texts[0]["indicator"]]
        found = post(lead, f"{ours}lamna-in/", version=found["version"], texts=texts[:1])
        assert (found["state"], found["handed_in"], len(found["texts"])) == ("submitted", 1, len(texts))
        assert ReportVersion.objects.get(report=report).content["figures"]
        (whole,) = [
            one for one in get(lead, "lanets-sammanstallningar/")["results"] if one["coordination"] == "children"
        ]
        county = f"lanets-sammanstallningar/{whole['id']}/"
        assert "gemensamma texten" in post(lead, f"{county}klar/", 409, version=1)["fel"]
        for one in get(lead, county)["texts"]:
            assert one["proposal"].startswith("SSGB Falkenberg: Vi om")
            found = post(
                lead, f"{county}text/", indicator=one["indicator"], text=one["proposal"], version=one["version"]
            )
        found = post(lead, f"{county}klar/", version=found["version"])
        found = post(lead, f"{county}lamna-over/", version=found["version"])
        assert found["state"] == "presented"
        (handed,) = get(rug, "lanets-uppfoljningar/")["results"]
        version = f"lanets-uppfoljningar/{handed['id']}/"
        said = post(sign_in(Client(), actor("brukare")), f"{version}synpunkter/", text="Fråga oss tidigare")["comments"]
        answered = post(rug, f"{version}synpunkter/{said[0]['id']}/svara/", answer="Ja")["comments"]
        assert answered[0]["answer"] == "Ja"

        # What the board answers and asks for.
        assert post(rug, f"{ours}aterkoppla/", text="Bra arbete")["feedback"] == "Bra arbete"
        assert "redan fått" in post(rug, f"{ours}aterkoppla/", 409, text="Igen")["fel"]
        post(rug, "prioriteringar/", 201, year=2027, name="Sommaren", text="Planera")
        assert [one["name"] for one in get(lead, "prioriteringar/")["results"]] == ["Sommaren"]
        task = {"groups": [str(group.pk)], "name": "Kartlägg", "text": "Gör det", "due_on": "2026-09-01"}
        post(lead, "uppdrag/", 403, **task)
        (given,) = post(rug, "uppdrag/", 201, **task)
        mine = f"uppdrag/{given['id']}/"
        post(lead, f"{mine}redovisa/", version=1, result="Klart")
        assert post(rug, f"{mine}godkann/", version=2, answer="Tack")["state"] == "accepted"
        assert BoardTask.objects.get().result == "Klart"
        indicator = {
            "name": "Kallade i tid", "numerator": "first_contacts_in_time", "denominator": "first_contacts_due",
            "definition": "Andel", "aim": "higher", "target": 90, "reason": "Vi vill se det",
        }  # fmt: skip
        # A year that has begun never changes meaning, and a share is a share of what it is part of.
        assert "from_year" in post(rug, "indikatorer/", 422, **indicator, from_year=2026)["falt"]
        odd = {**indicator, "denominator": "ratings", "from_year": 2027}
        assert "denominator" in post(rug, "indikatorer/", 422, **odd)["falt"]
        told = post(rug, "indikatorer/", 201, **indicator, from_year=2027)
        assert "kallade_i_tid" in {one["key"] for one in told}
        told = post(rug, "indikatorer/kallade_i_tid/ta-bort/", from_year=2028, reason="Räcker så")
        assert "kallade_i_tid" not in {one.key for one in Definitions(build.agreement()).of(2028)}
