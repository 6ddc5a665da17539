// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "0a0a57c747dc2771109e3857e8ecc3cc2e3575038600826f461d76e25a83afe0";
