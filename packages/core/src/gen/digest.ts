// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "3e37253bce7fad85776d8ccd01d8896093fd10176d521434d6a0ecb7af66b7e4";
