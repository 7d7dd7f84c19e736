"""Word lists that the de-identification leans on. Pure data, Swedish."""

from __future__ import annotations

STREET_ENDINGS = (
    "gatan", "gata", "vägen", "väg", "gränden", "gränd", "stigen", "stig", "torget", "torg", "allén", "allé",
    "backen", "backe", "leden", "kajen", "platsen", "plats", "plan", "esplanaden", "slingan", "ringen", "parken",
)  # fmt: skip

NOT_STREETS = frozenset(
    """
    omvägen omväg utvägen utväg mellanvägen genvägen motorvägen järnvägen tågvägen luftvägen skolvägen
    arbetsplatsen arbetsplats vårdplatsen vårdplats mötesplatsen mötesplats sovplats liggplats handlingsplan
    vårdplan genomförandeplan samordningsplan skolgången tidsplan åtgärdsplan krisplan bostadsgatan återvägen
    hemvägen framväg vidareväg
    """.split()  # noqa: SIM905
)

MONTHS = {
    "januari": 1, "februari": 2, "mars": 3, "april": 4, "maj": 5, "juni": 6, "juli": 7, "augusti": 8, "september": 9,
    "oktober": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "apr": 4, "aug": 8, "sept": 9, "sep": 9,
    "okt": 10, "nov": 11, "dec": 12,
}  # fmt: skip
"""Names and short forms of months. "mars" and "maj" have none of their own."""

FEASTS = {
    "nyårsafton": "vintern", "nyårsdagen": "vintern", "trettondagen": "vintern", "alla hjärtans dag": "vintern",
    "skärtorsdagen": "våren", "långfredagen": "våren", "påskafton": "våren", "påskdagen": "våren",
    "annandag påsk": "våren", "valborgsmässoafton": "våren", "valborg": "våren", "kristi himmelsfärdsdag": "våren",
    "pingstafton": "våren", "nationaldagen": "sommaren", "midsommarafton": "sommaren", "midsommardagen": "sommaren",
    "alla helgons dag": "hösten", "halloween": "hösten", "luciadagen": "vintern", "lucia": "vintern",
    "julafton": "vintern", "juldagen": "vintern", "annandag jul": "vintern",
}  # fmt: skip
"""Days that everybody knows: as exact as a date."""

ALSO_WORDS = frozenset(
    """
    björn bo dag dan ebbe falk gran hans holm hugo ida is liv lo love lund malm max may melker min my ny
    ost pil ros rask rut sky sol stark sten stig storm strand ström sund svan ties tom tyra vide vilda vår åsa
    berg dahl ek lind alm palm roos kron söder winter viola linnea iris saga sigrid unga axel bror frank gry harry
    inga klara lina lova mark mina sanna tina tuva ville vilja
    """.split()  # noqa: SIM905
)
"""Names that are ordinary words too: in small letters they are the word."""

TITLES = frozenset(
    """
    alla allt andra annars att av bara barn barnet barnets behovet beslut beslutet bilaga både de del den denna
    det detta dagen där därefter därför då dock dessa dessutom dröjsmålet efter eftersom eleven eleverna
    elevhälsan en enligt ett familjen fast flera flickan från frånvaron för först förra föräldern föräldrarna
    förslaget ganska genom hade han handläggaren hans har hela hemmet henne hennes hit hon honom hos hur
    härefter i ibland igen in inför ingen inget initieringen inom inte inte innan ingenting ja jag kallelsen
    kommunen kontakten kuratorn kvinnan kön ledningen läkaren lärdomen man mannen med medan mellan men mamman
    mentorn mötet ni nej nu någon något när nästa och också om ordinationen orsaken oss pappan patienten
    personalen personen planen platsen polisen pojken på rektorn region regionen risken rutinen samtidigt samma
    samtalet sedan senare senast sin sjuksköterskan skolan skälet socialsekreteraren socialtjänsten som strax så
    sådan till tillsammans trots två tre ungdomen under uppgiften uppgifterna ut utan utredningen utskrivningen
    vad vem verksamheten vi vid vidare vilken vår våra vården vårdcentralen vårdnadshavaren är åtgärden återigen
    än även över sen tack trots förutom hittills oftast ofta ibland aldrig alltid mest nästan tyvärr annan annat
    andre första tredje rapporten avvikelsen ärendet provtagningen telefonnumret informationen följden
    konsekvensen syftet frågan svaret texten remissen tiden avsnitt kapitel punkt kl orsak analys åtgärd
    läkemedel läkemedlet medicinen dosen boendet hemtjänsten avdelningen gruppen kollegan kollegorna chefen bup
    soc sip hvb lss lvu lvm lpt lrv sol emi vc vi ssgb ssgv rug sos sms app it teams word excel outlook cosmic
    lifecare prorenata procapita treserva
    """.split()  # noqa: SIM905
)
"""Words that sentences begin with, and short forms and systems that are written with capitals."""

SWEDISH_WORDS_IN_CAPITALS = frozenset(
    """
    BUP SIP SoL LSS LVU LVM LPT LRV HVB SiS EMI VC IVO OSL HSL SVP ÖPT ÖRV NPF ADHD ADD AST SSGB SSGV RUG SKR FK
    AF SAMS KAA IFO LARO KBT DBT TVT SMS IT PM PDF OBS ID VAK SIP-möte SIP-mötet SIP-kallelse SIP-kallelsen
    HSL-ansvar Teams Cosmic Lifecare ProRenata Procapita Treserva Skype Zoom Sverige Halland Blekinge Dalarna
    Göteborg Stockholm Malmö Försäkringskassan Arbetsförmedlingen Socialstyrelsen Skolverket Polisen
    Kriminalvården Skatteverket Region Migrationsverket Patientsäkerhetslagen Socialtjänstlagen Skollagen
    Concerta Ritalin Elvanse Sertralin Stesolid Alvedon Ipren Metadon Subutex Suboxone Antabus Atarax Propavan
    Melatonin Litium Box Swedbank Kivra Bankid BankID Instagram Snapchat TikTok
    """.split()  # noqa: SIM905
)

PERSON_WORDS = (
    "pojken", "flickan", "eleven", "patienten", "brukaren", "klienten", "mamma", "mamman", "mammas", "pappa", "pappan",
    "pappas", "mormor", "farmor", "morfar", "farfar", "syster", "systern", "bror", "brodern", "lillebror",
    "lillasyster",
    "storebror", "storasyster", "son", "sonen", "dotter", "dottern", "kompisen", "vännen", "mostern", "moster",
    "faster",
    "farbror", "morbror", "herr", "fru", "kurator", "kuratorn", "läkaren", "läkare", "doktor", "doktorn", "rektor",
    "rektorn", "mentor", "mentorn", "handläggare", "handläggaren", "socialsekreterare", "socialsekreteraren",
    "sjuksköterska", "sjuksköterskan", "psykolog", "psykologen", "läraren", "lärare", "vårdnadshavaren",
    "vårdnadshavare",
    "kusinen", "kusin", "sambon", "maken", "makan", "barnet", "ungdomen", "kollegan",
)  # fmt: skip
"""A capitalised word after one of these is a name."""

SAYING = (
    "berättade", "berättar", "sa", "sade", "säger", "ringde", "ringer", "mår", "mådde", "bor", "bodde", "kom", "kommer",
    "vill", "ville", "fick", "får", "behöver", "behövde", "har", "hade", "gick", "går", "är", "var", "blev", "skulle",
    "kunde", "orkade", "vågade", "rymde", "slog", "skar", "tog", "åt", "sov", "grät", "skrev", "svarade", "hämtades",
    "skickades", "placerades", "kallades", "avled", "fyllde", "flyttade", "saknade", "väntade", "lämnades", "uteblev",
)  # fmt: skip
"""Verbs that people are the subject of: a capitalised unknown word before one is likely a name."""
