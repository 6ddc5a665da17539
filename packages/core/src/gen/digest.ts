// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "ce49b6290acf75731ab48553a361f9a979678878e070e6552eb0c0f16489b797";
