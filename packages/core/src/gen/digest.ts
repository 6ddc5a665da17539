// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "33dbcefa960d77478551f7b3a773b9c0c01950613aedc60e4dabf34f67bf4d71";
