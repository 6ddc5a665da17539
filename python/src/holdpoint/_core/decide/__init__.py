"""Decisions out of outcomes, their canonical form and its digest."""

from .canonical_json import canonical_json
from .combine import Findings, combine
from .digest import hmac_sha256_hex, sha256_hex
from .numbers import es_number
from .receipt import ReceiptParts, prepare_receipt, write_action, write_receipt
from .utf16 import first_units, join_surrogates, own_keys, sort_names, utf16_length, utf16_order
from .wire import from_wire, is_document, to_wire

__all__ = [
    "Findings",
    "ReceiptParts",
    "canonical_json",
    "combine",
    "es_number",
    "first_units",
    "from_wire",
    "hmac_sha256_hex",
    "is_document",
    "join_surrogates",
    "own_keys",
    "prepare_receipt",
    "sha256_hex",
    "sort_names",
    "to_wire",
    "utf16_length",
    "utf16_order",
    "write_action",
    "write_receipt",
]
