// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "88ba7d5d6a1e32adc1a3be31578c34357d9b30a1504535c2dc7804b6ee4a0e55";
