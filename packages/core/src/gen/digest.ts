// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "067c5a63b724590250b478ecb201cf77b247df3d2de928e1bda472c2adf95c86";
