// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "c7cf501bca40e28540b279a8dc93e101399731e2da78d11c70434d851109dc18";
