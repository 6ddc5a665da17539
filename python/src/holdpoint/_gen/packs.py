# Code generated from spec/. Do not edit.
"""Governance packs."""

from __future__ import annotations

from typing import Any, Final

PACKS: Final[list[dict[str, Any]]] = [
    {"pack": "eu_ai_act", "title": "EU AI Act", "framework": "Regulation (EU) 2024/1689 (Artificial Intelligence Act)", "controls": [{"type": "injection_scan", "mode": "block", "fields": {}, "clauses": ["Art. 15(5)"]}, {"type": "tool_invocation", "mode": "block", "clauses": ["Art. 9(2)(d)"]}]},
    {"pack": "gdpr", "title": "GDPR", "framework": "Regulation (EU) 2016/679 (General Data Protection Regulation)", "controls": [{"type": "pii_access", "mode": "warn", "fields": {"mask_output": True}, "clauses": ["Art. 5(1)(c)", "Art. 25(2)", "Art. 32(1)(a)"]}, {"type": "injection_scan", "mode": "warn", "fields": {}, "clauses": ["Art. 32(1)(b)"]}]},
    {"pack": "hipaa", "title": "HIPAA", "framework": "45 CFR Part 164, Subparts C and E (HIPAA Security and Privacy Rules)", "controls": [{"type": "pii_access", "mode": "require_approval", "fields": {"denied_pii_types": ["us_ssn", "us_mbi", "medical_record_number", "date_of_birth"], "mask_output": True, "strategy": "redact"}, "clauses": ["§ 164.502(b)", "§ 164.514(b)(2)(i)"]}, {"type": "injection_scan", "mode": "block", "fields": {}, "clauses": ["§ 164.308(a)(5)(ii)(B)", "§ 164.312(c)(1)"]}]},
    {"pack": "iso_42001", "title": "ISO/IEC 42001", "framework": "ISO/IEC 42001:2023, Annex A", "controls": [{"type": "injection_scan", "mode": "warn", "fields": {}, "clauses": ["A.6.2.6"]}, {"type": "pii_access", "mode": "warn", "fields": {}, "clauses": ["A.5.4"]}, {"type": "tool_invocation", "mode": "require_approval", "clauses": ["A.9.4"]}]},
    {"pack": "nist_ai_rmf", "title": "NIST AI RMF", "framework": "NIST AI 100-1, AI Risk Management Framework 1.0", "controls": [{"type": "injection_scan", "mode": "warn", "fields": {}, "clauses": ["MEASURE 2.7"]}, {"type": "pii_access", "mode": "warn", "fields": {}, "clauses": ["MEASURE 2.10"]}]},
    {"pack": "pci_dss", "title": "PCI DSS", "framework": "PCI DSS v4.0.1", "controls": [{"type": "pii_access", "mode": "block", "fields": {"denied_pii_types": ["credit_card"], "mask_input": True, "mask_output": True, "strategy": "partial"}, "clauses": ["3.4.1", "3.5.1", "4.2.2"]}, {"type": "injection_scan", "mode": "block", "fields": {}, "clauses": ["6.2.4"]}]},
    {"pack": "soc2", "title": "SOC 2", "framework": "AICPA Trust Services Criteria 2017 (points of focus revised 2022)", "controls": [{"type": "injection_scan", "mode": "warn", "fields": {}, "clauses": ["CC6.8", "CC7.2"]}, {"type": "pii_access", "mode": "warn", "fields": {}, "clauses": ["C1.1", "P4.1"]}, {"type": "tool_invocation", "mode": "block", "clauses": ["CC6.1", "CC6.8"]}]},
]
