"""The demonstration set's stories, in every state a case can be in."""

from __future__ import annotations

from datetime import date

from individuals.kinds import Protection
from sip import actions
from sip.demo import Someone, Story, years_ago
from sip.kinds import CloseReason

CHILD, YOUNG, PSYCHIATRIC, SUBSTANCE = ("children",), ("young_placed",), ("psychiatric_disability",), ("substance_use",)


def stories(today: date) -> list[Story]:
    """All stories. `today` decides the birth dates."""

    def born(years: int, n: int) -> str:
        return years_ago(today, years, n)

    return [
        Story(
            Someone("Alma", "Testsson", born(15, 3), "238", ("Karin Testsson", "Jonas Testsson")),
            "hylte-socialtjanst-barn", CHILD,
            "Hög frånvaro från skolan, sover dåligt och drar sig undan. Familjen har stöd från oss men behöver vården.",
            "Jag vill orka gå till skolan utan att ha ont i magen.",
            ("en-vag-in",), 1, lambda t: t.sent(),
            social="Öppenvårdsinsats sedan i våras, en samtalskontakt i veckan.",
        ),
        Story(
            Someone("Elis", "Provberg", born(9, 8), "239", ("Sara Provberg", "Ahmed Provberg")),
            "hylte-elevhalsa", CHILD,
            "Behöver en samlad plan för anpassningar i skolan och utredning i vården.",
            "Det är för högt ljud i klassrummet.",
            ("bup-halmstad", "hylte-socialtjanst-barn"), 6, lambda t: t.sent(),
            school="Har fått extra anpassningar sedan hösten.",
        ),
        Story(
            Someone("Noor", "Exempelström", born(16, 12), "238", ("Leila Exempelström",)),
            "halmstad-socialtjanst-barn", CHILD,
            "Skolan, vi och vården gör var sin planering. Familjen orkar inte hålla ihop det.",
            "Jag vill att någon säger samma sak till alla.",
            ("en-vag-in", "halmstad-elevhalsa"), 4,
            lambda t: t.sent().redirect("en-vag-in", "bup-halmstad", "Är sedan tidigare känd på BUP Halmstad")
            .acknowledge("bup-halmstad"),
        ),
        Story(
            Someone("Vilgot", "Påhittad", born(13, 20), "239", ("Maria Påhittad", "Olof Påhittad")),
            "varberg-socialtjanst-barn", CHILD,
            "Återkommande konflikter hemma och i skolan. Flera insatser pågår utan gemensam plan.",
            "Mina föräldrar ska sluta bråka om mig.",
            ("bup-varberg", "varberg-elevhalsa"), 5,
            lambda t: t.sent().acknowledge("bup-varberg").acknowledge("varberg-elevhalsa").contact("bup-varberg"),
        ),
        Story(
            Someone("Tyra", "Låtsas", born(11, 30), "238", ("Emma Låtsas",), Protection.MARKED),
            "kungsbacka-socialtjanst-barn", CHILD,
            "Familjen har flyttat med kort varsel. Behöver fortsatt vård och trygg skolgång.",
            "Jag saknar min lillebrors förskola.",
            ("bup-kungsbacka",), 1, lambda t: t.sent(),
        ),
        Story(
            Someone("Isak", "Fiktiv", born(14, 33), "239", ("Anna Fiktiv", "Per Fiktiv")),
            "laholm-elevhalsa", CHILD,
            "Behöver stöd från flera håll för att klara skolan.",
            "Jag vill ha en vuxen att prata med.",
            ("laholm-socialtjanst-barn", "bup-halmstad"), 0, lambda t: t.draft().consent(),
        ),
        Story(
            Someone("Ebba", "Övningsdotter", born(8, 41), "238", ("Linda Övningsdotter", "Mikael Övningsdotter")),
            "falkenberg-socialtjanst-barn", CHILD,
            "Utredning pågår. Samordning med barn- och ungdomspsykiatrin kan behövas.", "Vill leka mer med pappa.",
            ("bup-falkenberg",), 6, None,
        ),
        Story(
            Someone("Milo", "Modellman", born(17, 6), "239", ("Susanne Modellman",)),
            "halmstad-socialtjanst-barn", (*CHILD, *SUBSTANCE),
            "Använder cannabis och har slutat gå till skolan.",
            "Jag vill klara gymnasiet men inte bli kollad hela tiden.",
            ("bup-halmstad", "beroendeteam-halmstad"), 2, lambda t: t.sent().acknowledge("beroendeteam-halmstad"),
            urgent=True,
        ),
        Story(
            Someone("Sixten", "Skissman", born(34, 14), "238"),
            "halmstad-socialtjanst-vuxna", (*PSYCHIATRIC, *SUBSTANCE),
            "Behandlas för psykos och för alkoholberoende på olika håll. Behöver en gemensam planering.",
            "Jag vill ha en plan i stället för fem.",
            ("beroendeteam-halmstad", "vc-andersberg"), 3,
            lambda t: t.sent().acknowledge("beroendeteam-halmstad").acknowledge("vc-andersberg"),
        ),
        Story(
            Someone("Rut", "Ritning", born(58, 22), "239"),
            "hylte-socialtjanst-vuxna", PSYCHIATRIC,
            "Är inte känd i vården. Behöver bedömning och stöd för att få vardagen att fungera.",
            "Jag vill bo kvar hemma.",
            ("vc-hylte",), 7, lambda t: t.sent(),
        ),
        Story(
            Someone("Gösta", "Kladdman", born(71, 35), "238", interpreter="Finska"),
            "varberg-hemsjukvard", PSYCHIATRIC,
            "Behöver samordning mellan hemsjukvård och psykiatrin efter en vårdperiod.",
            "Jag vill ha besök av samma person.",
            ("vc-hasten",), 8, lambda t: t.sent().acknowledge("vc-hasten").contact("vc-hasten")
            .do(actions.close, reason=CloseReason.OTHER_PLAN, note="Ingår i planen efter utskrivning."),
        ),
        Story(
            Someone("Doris", "Demo", born(45, 2), "239"),
            "laholm-socialtjanst-vuxna", SUBSTANCE,
            "Önskade först samordning, ångrade sig.", "Jag sköter det här själv.",
            ("beroendeteam-halmstad",), 9,
            lambda t: t.sent().do(actions.withdraw_consent, reason="Muntligt på telefon"),
        ),
        Story(
            Someone("Kurt", "Kontroll", born(39, 9), "238"),
            "falkenberg-socialtjanst-vuxna", PSYCHIATRIC,
            "Möjligt behov av samordning med psykiatrin.", "Jag vill inte ha någon plan.",
            ("vc-falkenberg",), 5, lambda t: t.draft().do(actions.decline, note="Vill tänka på saken."),
        ),
        Story(
            Someone("Vera", "Variant", born(27, 17), "239"),
            "kungsbacka-socialtjanst-vuxna", PSYCHIATRIC,
            "Behov av boendestöd och kontakt med öppenvården.", "Jag vill komma ut mer.",
            ("vc-kungsbacka",), 4,
            lambda t: t.sent().do(actions.withdraw, note="Personen har flyttat till en annan region."),
        ),
        Story(
            Someone("Love", "Lektion", born(19, 25), "238"),
            "varberg-socialtjanst-vuxna", YOUNG,
            "Placerad på stödboende. Behöver planering för att flytta till eget boende.",
            "Jag vill ha egen lägenhet och jobb.",
            ("vc-hasten",), 2,
            lambda t: t.sent().acknowledge("vc-hasten")
            .do(actions.pause, reason="Inväntar svar om boende, planerat 3 dagar."),
        ),
    ]  # fmt: skip
