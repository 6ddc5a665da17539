// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "91dcc3976bf4f31897f3ac8ad2116a1901133eba1cf2ac21b7e345dc73369294";
