// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "0d26431126cc6d296bacee0b2b600b68bb4f36a797889ba0ac2652de93d3a26f";
