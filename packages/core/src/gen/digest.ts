// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "2fa16bc9c55acb6e9f2c0a2fcc697019e8b49886c2db41027e159889b40f8518";
