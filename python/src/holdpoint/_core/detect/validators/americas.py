"""People in the Americas, Oceania and Africa."""

from __future__ import annotations

from .digits import alnum_of, digits_of, has_luhn, is_day, is_uniform, weigh

_NOT_ISSUED = frozenset({"123456789", "987654321", "078051120", "219099999", "457555462"})
_CURP = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_CNPJ_WEIGHTS = (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def _ssn_area(value: str) -> bool:
    digits = digits_of(value)
    text = "".join(map(str, digits))
    if len(text) != 9 or is_uniform(digits) or text in _NOT_ISSUED:
        return False
    return text[:3] not in ("000", "666") and text[0] != "9" and text[3:5] != "00" and text[5:] != "0000"


def _itin(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 9 or d[0] != 9:
        return False
    group = d[3] * 10 + d[4]
    return 50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99


def _npi(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 10 and d[0] in (1, 2) and not is_uniform(d[1:]) and has_luhn([8, 0, 8, 4, 0, *d])


def _dea(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 7 and (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def _cpf(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 11 or is_uniform(d):
        return False
    return all(weigh(d[:n], range(n + 1, 1, -1)) * 10 % 11 % 10 == d[n] for n in (9, 10))


def _cnpj(value: str) -> bool:
    text = alnum_of(value)
    if len(text) != 14 or not text[12:].isdigit() or len(set(text)) == 1:
        return False
    values = [ord(char) - 48 for char in text]
    for count, weights in ((12, _CNPJ_WEIGHTS), (13, (6, *_CNPJ_WEIGHTS))):
        rest = weigh(values[:count], weights) % 11
        if values[count] != (0 if rest < 2 else 11 - rest):
            return False
    return True


def _ca_sin(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 9 and d[0] not in (0, 8) and not is_uniform(d) and has_luhn(d)


def _curp(value: str) -> bool:
    text = value.upper()
    places = [_CURP.find(char) for char in text]
    if len(text) != 18 or min(places) < 0 or not text[4:10].isdigit() or not text[17].isdigit():
        return False
    check = (10 - weigh(places[:17], range(18, 1, -1)) % 10) % 10
    return is_day(int(text[6:8]), int(text[8:10])) and check == int(text[17])


def _cuit(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 11:
        return False
    rest = (11 - weigh(d, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
    return rest != 10 and rest == d[10]


def _rut(value: str) -> bool:
    text = alnum_of(value)
    body, check = text[:-1], text[-1:]
    if not body.isdigit():
        return False
    total = weigh(digits_of(body)[::-1], [2 + index % 6 for index in range(len(body))])
    return {11: "0", 10: "K"}.get(11 - total % 11, str(11 - total % 11)) == check


def _tfn(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 9 and not is_uniform(d) and weigh(d, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def _abn(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 11 or d[0] < 1:
        return False
    return (weigh(d, (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) - 10) % 89 == 0


def _acn(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 9 and (10 - weigh(d, range(8, 0, -1)) % 10) % 10 == d[8]


def _medicare_au(value: str) -> bool:
    d = digits_of(value)
    return len(d) in (10, 11) and 2 <= d[0] <= 6 and weigh(d, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == d[8]


def _za_id(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 13 and is_day(d[2] * 10 + d[3], d[4] * 10 + d[5]) and d[10] <= 2 and has_luhn(d)


AMERICAS = {
    "ssn_area": _ssn_area,
    "itin": _itin,
    "npi": _npi,
    "dea": _dea,
    "cpf": _cpf,
    "cnpj": _cnpj,
    "ca_sin": _ca_sin,
    "curp": _curp,
    "cuit": _cuit,
    "rut": _rut,
    "tfn": _tfn,
    "abn": _abn,
    "acn": _acn,
    "medicare_au": _medicare_au,
    "za_id": _za_id,
}
