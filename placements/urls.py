"""Addresses of placements. Ids are random; nothing about a person stands in an address."""

from django.urls import path

from placements.views import agreement, documents, during, filing, of_sip, overview, placement, providers

app_name = "placements"
_ONE = "<uuid:placement_id>/"
_VERSION = f"{_ONE}ansvarsforbindelse/<uuid:version_id>/"
urlpatterns = [
    path("", placement.placement_list, name="list"),
    path("ny/", filing.new, name="new"),
    path("oversikt/", overview.page, name="overview"),
    path("oversikt/placeringar.xlsx", overview.export, name="overview_export"),
    path("verifiera/", agreement.verify, name="verify"),
    path("boenden/", providers.provider_list, name="providers"),
    path("boenden/nytt/", providers.add, name="add_provider"),
    path("boenden/<uuid:provider_id>/", providers.change, name="provider"),
    path("sip/<uuid:case_id>/", of_sip.of_sip, name="of_sip"),
    path(_ONE, placement.placement_page, name="placement"),
    path(f"{_ONE}personen/", filing.person, name="person"),
    path(f"{_ONE}boende/", filing.home, name="home"),
    path(f"{_ONE}syfte/", filing.purpose, name="purpose"),
    path(f"{_ONE}vard/", filing.care, name="care"),
    path(f"{_ONE}samtycke/", filing.consent, name="consent"),
    path(f"{_ONE}dela/", filing.share, name="share"),
    path(f"{_ONE}bedomning/", during.assess, name="assess"),
    path(f"{_ONE}remiss/", during.refer, name="refer"),
    path(f"{_ONE}borja/", during.start, name="start"),
    path(f"{_ONE}undersokning/", during.examine, name="examine"),
    path(f"{_ONE}omprovning/", during.review, name="review"),
    path(f"{_ONE}hemlig-vistelseort/", during.hide, name="hide"),
    path(f"{_ONE}inte-langre-hemlig/", during.reveal, name="reveal"),
    path(f"{_ONE}lasratt/", during.name_reader, name="name_reader"),
    path(f"{_ONE}flytt/", during.move, name="move"),
    path(f"{_ONE}uppfoljning/", during.follow_up, name="follow_up"),
    path(f"{_ONE}planerat-slut/", during.plan_end, name="plan_end"),
    path(f"{_ONE}eftervard/", during.aftercare, name="aftercare"),
    path(f"{_ONE}overlamning/", during.hand_over, name="hand_over"),
    path(f"{_ONE}slut/", during.end, name="end"),
    path(f"{_ONE}avsluta/", during.close, name="close"),
    path(f"{_ONE}blev-inte-av/", during.cancel, name="cancel"),
    path(f"{_ONE}aterkalla-samtycke/", during.withdraw_consent, name="withdraw_consent"),
    path(f"{_ONE}ansvarsforbindelse/", agreement.agreements, name="agreements"),
    path(f"{_ONE}ansvarsforbindelse/ny/", agreement.draw_up, name="draw_up"),
    path(_VERSION, agreement.version, name="version"),
    path(f"{_ONE}information.pdf", documents.information, name="information"),
    path(f"{_VERSION}<slug:variant>.pdf", documents.agreement, name="document"),
    path(f"{_VERSION}skriv/", agreement.write, name="write"),
    path(f"{_VERSION}kommentera/", agreement.comment, name="comment"),
    path(f"{_VERSION}motforslag/", agreement.counter, name="counter"),
    path(f"{_VERSION}forhandla-om/", agreement.renegotiate, name="renegotiate"),
    path(f"{_VERSION}dra-tillbaka/", agreement.withdraw_version, name="withdraw_version"),
    path(f"{_VERSION}avvisa/", agreement.decline, name="decline"),
    path(f"{_VERSION}underteckna/", agreement.sign, name="sign"),
]
