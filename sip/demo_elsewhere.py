"""Stories of the demonstration for the other regions whose agreements are shipped: fewer, but by their own rules."""

from __future__ import annotations

from datetime import date

from sip import actions
from sip.demo import Someone, Story, years_ago
from sip.kinds import CloseReason


def stories_elsewhere(today: date) -> list[Story]:
    """Stories of Blekinge and Dalarna. `today` decides the birth dates."""

    def born(years: int, n: int) -> str:
        return years_ago(today, years, n)

    return [
        # Blekinge: school and social services of one municipality are enough for a SIP.
        Story(
            Someone("Alma", "Testsson", born(12, 3), "238", ("Karin Testsson", "Jonas Testsson")),
            "ronneby-elevhalsa", ("children",),
            "Hög frånvaro. Skolan och socialtjänsten behöver en gemensam plan.",
            "Jag vill komma tillbaka till klassen lite i taget.",
            ("ronneby-socialtjanst-barn",), 2, lambda t: t.sent().acknowledge("ronneby-socialtjanst-barn"),
            school="Har fått särskilt stöd sedan i våras.",
        ),
        Story(
            Someone("Elis", "Provberg", born(9, 8), "239", ("Sara Provberg", "Ahmed Provberg")),
            "karlskrona-socialtjanst-barn", ("children",),
            "Familjen har flera kontakter som inte vet om varandra.", "Jag vill att det är lugnt hemma.",
            ("bup-karlskrona", "karlskrona-elevhalsa"), 6, lambda t: t.sent(),
        ),
        Story(
            Someone("Sixten", "Skissman", born(34, 14), "238"),
            "karlshamn-socialtjanst-vuxna", ("substance_use",),
            "Behandlas för psykisk sjukdom och beroende på olika håll.", "Jag vill ha en plan i stället för fem.",
            ("beroendemottagning-karlshamn", "vuxenpsykiatri-karlshamn"), 4,
            lambda t: t.sent().acknowledge("beroendemottagning-karlshamn").contact("beroendemottagning-karlshamn"),
        ),
        Story(
            Someone("Rut", "Ritning", born(58, 22), "239"),
            "olofstrom-funktionsstod", ("disability",),
            "Behöver stöd i vardagen och fortsatt habilitering.", "Jag vill bo kvar hemma.",
            ("habilitering-vuxen-karlshamn",), 1, None,
        ),
        # Dalarna: before and during placements in HVB.
        Story(
            Someone("Milo", "Modellman", born(16, 6), "239", ("Susanne Modellman",)),
            "falun-socialtjanst-barn", ("children_and_young",),
            "En placering på HVB planeras. Vård och stöd behöver hänga ihop från början.",
            "Jag vill kunna fortsätta med min behandling.",
            ("bup-falun",), 2, lambda t: t.sent().acknowledge("bup-falun"),
        ),
        Story(
            Someone("Ebba", "Övningsdotter", born(14, 41), "238", ("Linda Övningsdotter", "Mikael Övningsdotter")),
            "mora-socialtjanst-barn", ("children_and_young",),
            "Bor på HVB. Skolan och vården behöver planera tillsammans.", "Jag saknar mina kompisar.",
            ("bup-mora", "mora-elevhalsa"), 6, lambda t: t.sent(),
        ),
        Story(
            Someone("Doris", "Demo", born(45, 2), "239"),
            "borlange-socialtjanst-vuxna", ("adults",),
            "Placeringen tar snart slut och eftervården ska planeras.", "Jag vill flytta till en egen lägenhet.",
            ("beroendemottagning-falun",), 5,
            lambda t: t.sent().acknowledge("beroendemottagning-falun").contact("beroendemottagning-falun"),
        ),
        Story(
            Someone("Kurt", "Kontroll", born(39, 9), "238"),
            "ludvika-socialtjanst-vuxna", ("adults",),
            "Flera insatser pågår inför en placering.", "Jag vill veta vad som händer.",
            ("vuxenpsykiatri-ludvika",), 8,
            lambda t: t.sent().do(actions.close, reason=CloseReason.OTHER_PLAN, note="Ingår i en annan plan."),
        ),
    ]  # fmt: skip
