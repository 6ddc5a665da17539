// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "655c36826f0da93d9ea5e2f8b29563349bb4101d9d800ff6e994326d52c8ca78";
