"""Names of people in what carriers write, found by the words before them.

`Handed to Maria` names somebody, `Handed to Agent` does not. Words are looked at in bounded
pieces, so that no text can make this slow.
"""

import re

HIDDEN = "…"

_WORD = r"[^\W\d_][\w'’.-]{0,40}"
_WORDS = rf"({_WORD}(?: {_WORD}){{0,3}})"
# What somebody did with a parcel, then to whom or by whom.
_DONE = (
    "handed|given|released|delivered|passed|issued|left|collected|received|accepted|signed"
    "|übergeben|zugestellt|ausgehändigt|abgegeben|unterschrieben|quittiert|angenommen|empfangen"
    "|entgegengenommen|remise?|livrée?|signée?|reçue?|réceptionnée?"
    "|entregad[oa]|firmad[oa]|recibid[oa]|consegnat[oa]|firmat[oa]|ricevut[oa]"
    "|afgeleverd|afgegeven|getekend|ontvangen|dostarczon[aoey]|wydan[aoey]|odebran[aoey]"
)
_TO = "to|with|by|an|bei|von|für|à|par|a|por|da|aan|bij|door|do|przez"
_TITLE = "recipient|receiver|signee|signatory|signature|signed|name|empfänger|unterschrift"
_TITLE += "|destinataire|destinatario|ontvanger|odbiorca"
_PATTERNS = (
    re.compile(rf"\b(?:{_DONE})(?: over| für)? (?:{_TO}):? {_WORDS}", re.IGNORECASE),
    re.compile(rf"\b(?:card|note|message|label)(?: left)? for {_WORDS}", re.IGNORECASE),
    re.compile(rf"\b(?:an|von) {_WORDS} (?:{_DONE})\b", re.IGNORECASE),
    re.compile(rf"\b(?:{_TITLE}) ?: ?{_WORDS}", re.IGNORECASE),
)
# Who or what stands there and is nobody by name.
_NOBODY = """
the a an your our his her their its this that another any same next other all mr mrs ms
recipient receiver addressee consignee customer client resident occupant householder owner
tenant person individual someone somebody member family relative friend employee staff
neighbour neighbor neighbours neighbors reception receptionist concierge porter caretaker
doorman guard security mailroom front office agent broker carrier courier driver postman
partner sender shipper merchant shop store retailer seller vendor warehouse customs post
postal mail mailbox letterbox locker safe secure parcel package pickup access collection
delivery local final destination third company business airline station depot hub vehicle
processing sorting transport transit inspection return returns required yes no not none
signature home house door garage porch
dem den der die das ein eine einen empfänger nachbar nachbarn wunschnachbar wunschnachbarn
paketshop packstation filiale zusteller kunde kunden kurier abholer mitarbeiter ablageort
hausbewohner bevollmächtigten spediteur
le la les un une votre destinataire voisin voisine gardien client transporteur
el los las su destinatario vecino cliente transportista
il lo gli destinatario vicino cliente corriere
het de uw ontvanger buren klant bezorger odbiorcy sąsiadowi kurierowi
dhl ups usps dpd gls fedex tnt evri hermes inpost postnl royal parcelforce amazon yodel
"""
_SITES = """
depot hub centre center facility terminal station office warehouse locker shop store point
airport branch counter plant zentrum filiale agence bureau
"""
_ROLES, _PLACES = frozenset(_NOBODY.split()), frozenset(_SITES.split())


def without_names(text: str) -> str:
    """Return a text with what stands where a person's name would stand taken out."""
    for pattern in _PATTERNS:
        text = pattern.sub(_unless_a_role, text)
    return text


def _unless_a_role(found: re.Match[str]) -> str:
    words = found[1].split(" ")
    bare = [_bare(word) for word in words]
    is_name = words[0][0].isupper() and bare[0] not in _ROLES and not _PLACES & set(bare)
    if not is_name:
        return found[0]
    rest = next((i for i, word in enumerate(words) if not word[0].isupper()), len(words))
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    return " ".join((found[0][:start] + HIDDEN, *words[rest:])) + found[0][end:]


def _bare(word: str) -> str:
    return re.split("['’]", word)[0].casefold().strip(".-")
