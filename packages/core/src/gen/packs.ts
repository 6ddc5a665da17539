// Code generated from spec/. Do not edit.

import type { EnforcementMode } from "./tables";

/** What a governance pack asks of one policy type. */
export interface PackControl {
  readonly type: string;
  readonly mode: EnforcementMode;
  /** Fields of the rule with which the type is switched on; without them the pack only tightens what is there. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Articles or controls of the framework that it serves. */
  readonly clauses: readonly string[];
}
export interface Pack {
  readonly pack: string;
  readonly title: string;
  readonly framework: string;
  readonly controls: readonly PackControl[];
}

/** Every governance pack, by name. */
export const packs: readonly Pack[] = [
  {"pack":"eu_ai_act","title":"EU AI Act","framework":"Regulation (EU) 2024/1689 (Artificial Intelligence Act)","controls":[{"type":"injection_scan","mode":"block","fields":{},"clauses":["Art. 15(5)"]},{"type":"secret_leak","mode":"block","fields":{},"clauses":["Art. 15(5)"]},{"type":"session_limits","mode":"block","clauses":["Art. 9(2)(d)","Art. 14(4)(e)"]},{"type":"tool_invocation","mode":"block","clauses":["Art. 9(2)(d)"]},{"type":"information_flow","mode":"block","clauses":["Art. 15(5)"]}]},
  {"pack":"gdpr","title":"GDPR","framework":"Regulation (EU) 2016/679 (General Data Protection Regulation)","controls":[{"type":"pii_access","mode":"warn","fields":{"mask_output":true},"clauses":["Art. 5(1)(c)","Art. 25(2)","Art. 32(1)(a)"]},{"type":"secret_leak","mode":"block","fields":{},"clauses":["Art. 32(1)(b)"]},{"type":"injection_scan","mode":"warn","fields":{},"clauses":["Art. 32(1)(b)"]},{"type":"tool_output_scan","mode":"warn","fields":{},"clauses":["Art. 5(1)(c)","Art. 5(1)(f)"]},{"type":"record_count_limit","mode":"require_approval","clauses":["Art. 5(1)(c)"]},{"type":"information_flow","mode":"block","clauses":["Art. 5(1)(f)","Art. 44"]}]},
  {"pack":"hipaa","title":"HIPAA","framework":"45 CFR Part 164, Subparts C and E (HIPAA Security and Privacy Rules)","controls":[{"type":"pii_access","mode":"require_approval","fields":{"denied_pii_types":["us_ssn","us_mbi","medical_record_number","date_of_birth"],"mask_output":true,"strategy":"redact"},"clauses":["§ 164.502(b)","§ 164.514(b)(2)(i)"]},{"type":"tool_output_scan","mode":"warn","fields":{},"clauses":["§ 164.502(b)"]},{"type":"secret_leak","mode":"block","fields":{},"clauses":["§ 164.308(a)(5)(ii)(D)","§ 164.312(d)"]},{"type":"injection_scan","mode":"block","fields":{},"clauses":["§ 164.308(a)(5)(ii)(B)","§ 164.312(c)(1)"]},{"type":"external_call_limit","mode":"block","clauses":["§ 164.312(e)(1)"]},{"type":"information_flow","mode":"block","clauses":["§ 164.502(a)","§ 164.312(e)(1)"]},{"type":"record_count_limit","mode":"require_approval","clauses":["§ 164.502(b)"]},{"type":"session_limits","mode":"warn","clauses":["§ 164.312(a)(2)(iii)"]}]},
  {"pack":"iso_42001","title":"ISO/IEC 42001","framework":"ISO/IEC 42001:2023, Annex A","controls":[{"type":"injection_scan","mode":"warn","fields":{},"clauses":["A.6.2.6"]},{"type":"pii_access","mode":"warn","fields":{},"clauses":["A.5.4"]},{"type":"tool_invocation","mode":"require_approval","clauses":["A.9.4"]},{"type":"session_limits","mode":"warn","clauses":["A.6.2.6"]}]},
  {"pack":"nist_ai_rmf","title":"NIST AI RMF","framework":"NIST AI 100-1, AI Risk Management Framework 1.0","controls":[{"type":"injection_scan","mode":"warn","fields":{},"clauses":["MEASURE 2.7"]},{"type":"secret_leak","mode":"block","fields":{},"clauses":["MEASURE 2.7"]},{"type":"pii_access","mode":"warn","fields":{},"clauses":["MEASURE 2.10"]},{"type":"session_limits","mode":"block","clauses":["MANAGE 2.4"]},{"type":"cost_budget","mode":"warn","clauses":["MEASURE 2.4"]}]},
  {"pack":"pci_dss","title":"PCI DSS","framework":"PCI DSS v4.0.1","controls":[{"type":"pii_access","mode":"block","fields":{"denied_pii_types":["credit_card"],"mask_input":true,"mask_output":true,"strategy":"partial"},"clauses":["3.4.1","3.5.1","4.2.2"]},{"type":"tool_output_scan","mode":"block","fields":{},"clauses":["3.3.1","3.4.1"]},{"type":"secret_leak","mode":"block","fields":{},"clauses":["8.3.2","8.6.2"]},{"type":"injection_scan","mode":"block","fields":{},"clauses":["6.2.4"]},{"type":"external_call_limit","mode":"block","clauses":["1.3.2","4.2.1"]},{"type":"information_flow","mode":"block","clauses":["4.2.1"]},{"type":"record_count_limit","mode":"require_approval","clauses":["7.2.6"]}]},
  {"pack":"soc2","title":"SOC 2","framework":"AICPA Trust Services Criteria 2017 (points of focus revised 2022)","controls":[{"type":"injection_scan","mode":"warn","fields":{},"clauses":["CC6.8","CC7.2"]},{"type":"secret_leak","mode":"block","fields":{},"clauses":["CC6.1","C1.1"]},{"type":"pii_access","mode":"warn","fields":{},"clauses":["C1.1","P4.1"]},{"type":"tool_invocation","mode":"block","clauses":["CC6.1","CC6.8"]},{"type":"external_call_limit","mode":"block","clauses":["CC6.6","CC6.7"]},{"type":"rate_limit","mode":"block","clauses":["A1.1"]}]},
];
