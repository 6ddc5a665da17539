// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "90fdad0889837c5dcf454a6cebd01d0a53e93ebb7d958ae565caeda11658a030";
