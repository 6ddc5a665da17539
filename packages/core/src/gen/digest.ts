// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "15b8891fc0079930f66f5b7f73726fbc75d982cadbfb4242ad3fc4dd2e9ca613";
