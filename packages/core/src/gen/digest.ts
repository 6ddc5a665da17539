// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "dec78d8e69d6f5ffa15740ffa761c75619b6c4bec15bd512cb14d35a7a7caaf0";
